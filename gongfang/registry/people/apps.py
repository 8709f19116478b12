from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "gongfang.registry.people"
    label = "people"
    # The book of looks is only ever written forward.
    add_only = ("Look",)
