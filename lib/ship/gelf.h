#ifndef SHIP_GELF_H
#define SHIP_GELF_H

#include "base/buf.h"

/*
 * An event in Graylog's form, GELF 1.1: one object of JSON, without LF.  Its
 * labels are additional fields, "_ev" and so on, SHIPJSON_FLAT; "host" is who
 * sends, "short_message" what happened in a few words, "timestamp" the seconds
 * since 1970 with a fraction, "level" that of syslog.
 * https://go2docs.graylog.org/current/getting_in_log_data/gelf.html
 */
enum { GELF_MESSAGE_MAX = 1024 /* bytes of the words; they are cut */ };

/* "bounced joe@example.net: 550 no such user", escapes as in the log; 0, or -1
 * with ENOMEM */
int gelf_words(struct buf *, const char *line, size_t n);
/* how grave it is, as syslog counts: 4 warning, 5 notice, 6 information */
int gelf_level(const char *line, size_t n);
/* now_us: for events without a time of their own.  0, or -1 with ENOMEM and
 * nothing added */
int gelf_put(struct buf *, const char *line, size_t n, const char *host,
    int64_t now_us);

#endif
