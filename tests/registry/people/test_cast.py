def test_everybody_of_the_cast_comes_in(people):
    assert people.he.member.at(people.workshop.pk, "manager")
    assert people.zhou.row.age_on(people.zhou.row.born_on.replace(year=2026)) == 70
    assert people.wang.member.over(people.village.code, "officer")
    assert not people.feng.member.over(people.county.code, "officer", "township")
