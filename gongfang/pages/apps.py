from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "gongfang.pages"
    label = "pages"
