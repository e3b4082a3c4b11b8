"""Panels: kernel halves of the widgets an analyst clicks; the browser halves are in `widgets/src`."""
