"""What goes out of the house: bulletin, commendation, public board, tables. Pure: `hotline.report_data` reads."""
