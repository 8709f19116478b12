"""The design system: components, styles, icons and number formats; it knows no room."""
