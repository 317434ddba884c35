#ifndef SHIP_SHIPJSON_H
#define SHIP_SHIPJSON_H

#include "base/buf.h"
#include "format/jsontext.h"
#include "format/ltsv.h"

/*
 * An event as one JSON object, in the order of its labels, on one line, without
 * LF: {"ts":"2026-...","ev":"sent","n":0,...,"tags":{"campaign":"spring"}}.
 *
 * Values have their escapes undone; format/jsontext.h says what becomes of bytes
 * that are no text.  Labels keep their dots.  No name stands twice: what a line
 * has several times is a list where it stood first, and all of `tag` one object
 * "tags", of NAME=VALUE, with "" where there is no '=', and under "other" what
 * has no name that is text.  Labels that event(5) knows as numbers are numbers
 * where they look so in JSON, with 15 digits at most, and lists of numbers
 * where commas are between them.  A line that is no LTSV is {"line":"..."}.
 * Pure.
 */
enum {
	SHIPJSON_STRINGS = 1, /* flag: numbers are strings, too */
	/* flag: "@timestamp" is the time in ts, for those who want that name;
	 * without ts there is none */
	SHIPJSON_TIMESTAMP = 2,
	/* flag: for those who have neither lists nor objects.  What stands
	 * several times, tags too, is one string with blanks between, and names
	 * have '_' in front; that of the label id is "_queue-id" */
	SHIPJSON_FLAT = 4,
	/* flag: what the programs of a queue print, and no event: their counts
	 * are numbers, too */
	SHIPJSON_COUNTS = 8,
	SHIPJSON_DIGITS_MAX = 15 /* what every reader of JSON keeps exactly */
};

/* append the line of n bytes, with its LF or without; 0, or -1 with ENOMEM and
 * nothing added.  A string alone: jsontext_string() */
int shipjson_event(struct buf *, const char *line, size_t n, unsigned flags);
/* the value of a label that is a number: 1; 0: it is one that should be and is
 * not, by its form, or several; -1: the label is text */
int shipjson_number(const struct ltsv_field *);

#endif
