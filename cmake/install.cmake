# Where Debian expects them; grows with what there is to install.
