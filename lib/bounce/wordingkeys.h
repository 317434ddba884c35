#ifndef BOUNCE_WORDINGKEYS_H
#define BOUNCE_WORDINGKEYS_H

#include "conf/word.h"

/* The keys of a text, conf-bounces(5), and the names that its templates have. */
enum wordingkey_form {
	WORDINGKEY_PLAIN,    /* no names in it */
	WORDINGKEY_LINE,     /* names of the report */
	WORDINGKEY_SEVERAL,  /* of these, not %{rcpt}: it stands for that */
	WORDINGKEY_COPY,     /* besides, %{subject} */
	WORDINGKEY_RCPT,     /* besides, names of a recipient */
	WORDINGKEY_PARAGRAPH /* as LINE; stands several times */
};

struct wordingkey {
	const char *name;
	enum wordingkey_form form;
	unsigned char rcpts; /* one paragraph names the recipients */
};

/* NULL: none of this name */
const struct wordingkey *wordingkey_find(struct slice name);
/* NULL behind the last one */
const struct wordingkey *wordingkey_at(unsigned i);
/* what is wrong with a value, or NULL */
const char *wordingkey_fault(const struct wordingkey *, struct slice value);

#endif
