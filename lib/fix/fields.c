#include "fix/fields.h"
#include "mail/fixheader.h"
#include <stdio.h>
#include <string.h>

int
fixfield_changed(struct fix_mail *m, int r)
{
	if (r == 1)
		m->changed = 1;
	return r == -1 ? -1 : 0;
}

int
fixfield_set(struct fix_mail *m, const char *name, const char *p, size_t n)
{
	return fixfield_changed(m,
	    fixheader_set(m->header, name, strlen(name), p, n));
}

int
fixfield_message_id(struct fix_mail *m, const struct fixfacts *f)
{
	char t[TOKEN_ID_MAX + WORD_DOMAIN_MAX + 8];

	return fixfield_set(m, "Message-ID", t,
	    snprintf(t, sizeof t, "<%s@%s>", f->id, f->domain));
}
