#ifndef CHAIN_EVENT_H
#define CHAIN_EVENT_H

#include "format/ltsv.h"
#include <stdint.h>

/*
 * Log events, event(5): one LTSV line each, on descriptor 2.  Lines gather
 * and are written before the loop waits again, in pieces that end with a
 * line and are at most PIPE_BUF bytes, so that programs which share one
 * log pipe do not cut into each other's lines.
 *
 * One for a process, unlike other modules' state, as descriptor 2 is: all
 * that it logs must stand there in the order in which it happened, and die()
 * has to find what is left.
 */
enum {
	EVENT_LINE_MAX = 4096,
	EVENT_TEXT_MAX = 1024,
	EVENT_NUMBERS = 256 /* of a line: texts leave them to numbers */
};

/* gather, and write from the event loop (and from die()); without this each
 * event_end() writes at once */
void event_gather(void);
/* ts:, ev: and prog: */
void event_begin(const char *kind);
/* of what happened then, microseconds since 1970 */
void event_begin_at(const char *kind, int64_t us);
void event_puts(const char *label, const char *value);
void event_put(const char *label, const char *value, size_t n);
void event_num(const char *label, uint64_t);
/* a field of a job or a result, its escapes as they stand; NULL is left out */
void event_copy(const struct ltsv_field *);
void event_end(void);
/* instead of event_end(): the line is appended to a buffer, for who logs it
 * later, by event_lines(); 0, or -1 with ENOMEM */
int event_end_into(struct buf *);
/* whole lines that were made so, or read back from where they were kept */
void event_lines(const char *, size_t n);
void event_flush(void);

#endif
