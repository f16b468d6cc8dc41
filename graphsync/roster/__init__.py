"""Roster exports of a school's MIS, read into one `Roster` whatever their format."""
