# Where meetings are held: one small interface, and whoever stands behind it. Asks servers; knows no tables.
# May import: lms.lib, and the settings.
