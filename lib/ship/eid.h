#ifndef SHIP_EID_H
#define SHIP_EID_H

#include <stddef.h>

/*
 * The id of an event: the first 32 hexadecimal digits of SHA-256 over its line
 * as it was logged, without the logger's time, without a label `replay` and
 * without its LF.  So it stays the same when the log is rotated, compressed or
 * read once more, and who gets an event twice sees it.  A line that has a
 * label `eid` of this form keeps that.
 *
 * queue-run says ends again after a crash, and knows less of them then: of
 * `sent', `bounced', `expired' and `deleted' with id and n it is the SHA-256
 * over no more than "ts:2026-11-22T01:02:03\tev:sent\tid:ID\tn:N".  Nobody
 * ends twice within a second.
 *
 * What is no event, a diagnostic, has no other time than the logger's: of such
 * a line that counts, too.
 */
enum { EID_LEN = 32 };

/* line, n  as it stands in the log, with or without the logger's time, without
 *          LF
 * out      receives the id, NUL behind it */
void eid_make(const char *line, size_t n, char out[EID_LEN + 1]);
/* is it one? */
int eid_ok(const char *, size_t n);

#endif
