from io import BytesIO

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from gongfang.registry.places import actions
from gongfang.registry.places.models import Site


def send(person, name, /, *args, **facts):
    client = person.client()
    url = reverse(f"places:{name}", args=args)
    key = client.get(url).context["form"]["key"].value()
    return client.post(url, {"key": str(key), **facts}, follow=True)


def test_the_places_are_listed_and_narrowed_to_a_township(people):
    client = people.chen.client()
    everything = client.get(reverse("places:divisions")).context["table"]
    narrowed = client.get(reverse("places:divisions"), {"township": people.township.pk}).context["table"]
    assert everything.pages.total == 14 + 236
    assert {row["above"] for row in narrowed.rows} == {"磐安县", "双溪乡"}


def test_the_places_save_as_a_sheet_with_codes_as_text(people):
    answer = people.chen.client().get(reverse("places:divisions_sheet"))
    page = load_workbook(BytesIO(answer.content)).worksheets[0]
    assert page.max_row == 251
    assert page.cell(2, 2).value == "330727001000"


def test_a_site_and_its_unit_are_added_by_the_page(people):
    send(people.feng, "add_site", name="双溪底商", kind="shop", division="双溪乡梓誉村")
    site = Site.objects.get(name="双溪底商")
    send(people.feng, "add_unit", site.pk, name="1号", area="120")
    assert site.units.get().area_dm2 == 12_000


def test_an_unclear_village_is_asked_for_again(people):
    answer = send(people.feng, "add_site", name="某处", kind="shop", division="天上村")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["division"]


def test_the_list_of_sites_costs_the_same_with_30_rows(people):
    client = people.wang.client()
    url = reverse("places:sites")
    actions.add_site(people.wang.by(), people.village, kind="shop", name="底商")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for n in range(30):
        actions.add_site(people.wang.by(), people.village, kind="shop", name=f"底商{n}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few)
