"""Asklater's application; `create_app` joins the rooms."""
