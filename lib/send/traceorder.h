#ifndef SEND_TRACEORDER_H
#define SEND_TRACEORDER_H

#include <stddef.h>
#include <stdint.h>

/*
 * The file of remote-send -X: whose connections are to be told word for word,
 * and how many of them.  A line is WORD:VALUE and a number, a blank between;
 * WORD is site, host, ip or domain.  Lines that begin with # do not count.  When
 * the file has changed all of it is ordered anew.
 */
enum {
	TRACEORDER_MAX = 16, /* lines that count */
	TRACEORDER_VALUE_MAX = 255,
	TRACEORDER_TIMES_MAX = 100, /* connections of a line */
	TRACEORDER_FILE_MAX = 8192, /* bytes that are read */
	TRACEORDER_LOOK_MS = 1000   /* between looks at the file */
};

enum traceorder_word {
	TRACEORDER_SITE,
	TRACEORDER_HOST,
	TRACEORDER_IP,
	TRACEORDER_DOMAIN,
	TRACEORDER_WORDS
};

/* all zero but file: nothing is ordered */
struct traceorders {
	const char *file;
	struct traceorder {
		unsigned char word;
		unsigned times; /* that are left */
		char value[TRACEORDER_VALUE_MAX + 1];
	} order[TRACEORDER_MAX];
	unsigned n;
	/* of the file that was read */
	int64_t looked_ms, mtime_ns;
	uint64_t inode;
};

/* what a text orders, in place of all before; how many lines are none, or too
 * many */
unsigned traceorder_text(struct traceorders *, const char *text, size_t n);
/* look at the file, if it is time; one that is not there orders nothing */
void traceorder_look(struct traceorders *, int64_t now_ms);
/* is a connection with these facts, NULL for none, wanted?  1, and it counts */
int traceorder_take(struct traceorders *,
    const char *const fact[TRACEORDER_WORDS]);

#endif
