"""QR codes and posters, read back as a phone and a printer would."""
