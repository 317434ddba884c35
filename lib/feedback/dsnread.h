#ifndef FEEDBACK_DSNREAD_H
#define FEEDBACK_DSNREAD_H

#include "feedback/feedreport.h"

/*
 * The delivery-status part of a report (RFC 3464, and RFC 6533 for addresses
 * that are UTF-8): fields of the message, an empty line, and for each
 * recipient his fields with an empty line between.  Also where systems write
 * it otherwise: empty lines left out or too many, other letter case, addresses
 * in angle brackets or without a type, comments behind statuses, only an
 * original recipient.
 */
enum {
	DSNREAD_VALUE_MAX = 4096 /* bytes of a field's value that are looked
				  * at */
};

/* text: UTF-8, LF.  Adds recipients; 0, or -1 with ENOMEM */
int dsnread(struct feedreport *, const char *text, size_t n);
/* has it a field of a recipient, at the beginning of a line?  (in text for
 * people); where its fields begin, or NULL */
const char *dsnread_find(const char *text, size_t n);

/* "rfc822;addr", "utf-8; addr", "<addr>", with comments: the address alone.
 * Its length, 0: there is none */
size_t dsnread_address(char *out, size_t cap, const char *value, size_t n);

#endif
