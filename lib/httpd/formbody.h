#ifndef HTTPD_FORMBODY_H
#define HTTPD_FORMBODY_H

#include "conf/word.h"

/*
 * What the body of a POST says, in the two forms in which a form is sent:
 * application/x-www-form-urlencoded (also where no type is named) and
 * multipart/form-data (RFC 7578).
 */
enum {
	FORMBODY_FIELDS_MAX = 64,   /* fields that are looked at */
	FORMBODY_BOUNDARY_MAX = 70, /* bytes, RFC 2046 section 5.1.1 */
	FORMBODY_VALUE_MAX = 64     /* bytes of a value that can be asked for */
};

enum formbody {
	FORMBODY_HAS,
	FORMBODY_HAS_NOT,
	FORMBODY_NO_FORM /* another type, or a form that is none */
};

/* is there a field of this name with this value?  In any case of letters */
enum formbody formbody_has(struct slice type, struct slice body,
    const char *name, const char *value);

#endif
