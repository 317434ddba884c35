#ifndef MANY_MAILTEXT_H
#define MANY_MAILTEXT_H

#include <jansson.h>
#include <stddef.h>

/*
 * mailtext_read - a template written as a mail is: header, empty line, body
 *
 *	From: Shop <shop@example.org>
 *	Subject: News for {{name}}
 *
 *	Dear {{name}}, ...
 *
 * The template that it is in JSON, mail-json(5): From, Reply-To and Subject as
 * members, other fields as headers; the body is html where Content-Type is
 * text/html, else text.  It is UTF-8; lines end in LF or CRLF, and folded ones
 * are one.
 *
 * Returns what json_decref() frees, or NULL, and *why is what is wrong, a
 * constant.
 */
json_t *mailtext_read(const char *p, size_t n, const char **why);

#endif
