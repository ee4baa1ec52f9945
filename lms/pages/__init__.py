"""Home, standard pages such as privacy and help, navigation.
May import certificates, courses and the ground floor."""
