"""The printed way in: a QR code of a deep link, alone or on an A4 poster."""
