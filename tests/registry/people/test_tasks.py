"""What happens to people's rows at night."""

from datetime import timedelta

from gongfang.core import clock
from gongfang.core.models import Entry, User
from gongfang.database import scope
from gongfang.registry.people import actions
from gongfang.registry.people.models import Skill
from gongfang.registry.people.tasks import forget_paces
from tests import cast
from tests.registry.people.test_own import inspect_some


def test_the_night_forgets_an_idle_pace_in_every_county_as_the_system(people, other_county):
    actions.add_skill_kind(people.wang.by(), None, code="knot", name="编结")
    inspect_some(people.zhao.by(), people.lin.row, times=20, accepted=10)
    with scope.inside(other_county.schema_name):
        cast.system_user()
    with clock.at(clock.now() + timedelta(days=370)):
        forget_paces(0)
    assert Skill.objects.get(resident=people.lin.row).hand_ins == 0
    assert Entry.objects.get(verb="forget_idle_paces").actor == people.system.user
    with scope.inside(other_county.schema_name):
        assert Entry.objects.get(verb="forget_idle_paces").actor == User.objects.get(is_system=True)


def test_a_county_without_its_system_user_is_left_alone(people, other_county):
    with scope.inside(other_county.schema_name):
        User.objects.filter(is_system=True).delete()
    forget_paces(0)
    assert Entry.objects.filter(verb="forget_idle_paces").count() == 1
