#ifndef MANY_LISTREAD_H
#define MANY_LISTREAD_H

#include "many/listrow.h"

/*
 * The rows of a list in memory: CSV with a heading, many/csv.h, or JSON lines
 * where it begins with a brace; one row after the other.
 */

enum { LISTREAD_FAULT_LEN = 240 };

/* all zero at first, listread_close() at the end */
struct listread {
	/* of the row that was read: where it begins, and as it stands */
	size_t line;
	const char *raw;
	size_t raw_len;
	/* as it stands, of CSV; else of length 0 */
	const char *heading_raw;
	size_t heading_len;
	/* private */
	const char *p, *end;
	int json;
	struct csv csv;
	struct listrow_heading heading;
	size_t lines;
	char fault[LISTREAD_FAULT_LEN];
};

/* p[0..n) must live as long; 0, or -1, and *why is what is wrong, valid until
 * the next call */
int listread_open(struct listread *, const char *p, size_t n, const char **why);
/*
 * listread_next - the next row
 *
 * rcpt  receives the recipient, json_decref(); key as in many/listrow.h
 *
 * 1, 0 at the end, -1: it is none, *why says why not.
 */
int listread_next(struct listread *, const char *campaign, json_t **rcpt,
    char key[LISTROW_KEY_MAX + 1], const char **why);
/* bytes that have been read */
size_t listread_at(const struct listread *, const char *start);
void listread_close(struct listread *);

#endif
