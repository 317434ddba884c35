#ifndef SHIP_SYSLOGLINE_H
#define SHIP_SYSLOGLINE_H

#include "base/buf.h"
#include <stdint.h>

/*
 * An event as a message of syslog, RFC 5424.  Its words are strangers': what is
 * no printable character becomes a '?', and escapes stand as in the log.  Pure.
 */
enum {
	/* bytes, RFC 5424 section 6 */
	SYSLOGLINE_HOST_MAX = 255,
	SYSLOGLINE_APP_MAX = 48,
	SYSLOGLINE_PROCID_MAX = 128,
	SYSLOGLINE_MSGID_MAX = 32,
	SYSLOGLINE_NAME_MAX = 32 /* of a parameter */
};

enum syslogline_format {
	SYSLOGLINE_SD,   /* labels as structured data, and a few words */
	SYSLOGLINE_LTSV, /* the line */
	SYSLOGLINE_JSON  /* an object of JSON */
};

struct syslogline {
	unsigned facility;
	const char *host; /* who sends */
	const char *app;  /* NULL: the event's prog */
	enum syslogline_format format;
};

/* now_us: for events without a time.  0, or -1 with ENOMEM and nothing added */
int syslogline_put(const struct syslogline *, struct buf *, const char *line,
    size_t n, int64_t now_us);

#endif
