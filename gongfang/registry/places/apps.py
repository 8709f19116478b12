from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "gongfang.registry.places"
    label = "places"
