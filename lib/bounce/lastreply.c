#include "bounce/lastreply.h"
#include <string.h>

/* D.D.D with at most three digits each, filling s */
static int
status_ok(const char *s)
{
	int part, digits;

	if (*s != '2' && *s != '4' && *s != '5')
		return 0;
	for (part = 0; part < 3; part++) {
		for (digits = 0; *s >= '0' && *s <= '9'; s++)
			digits++;
		if (digits < 1 || digits > 3 || *s != (part < 2 ? '.' : '\0'))
			return 0;
		s += part < 2;
	}
	return 1;
}

int
lastreply(char *s, struct dsn_rcpt *r)
{
	char *host, *text;

	r->status = r->host = NULL;
	r->text = s;
	host = strchr(s, ' ');
	if (host != NULL)
		*host = '\0';
	if (!status_ok(s)) {
		if (host != NULL)
			*host = ' ';
		return -1;
	}
	r->status = s;
	r->text = "";
	if (host == NULL)
		return 0;
	host++;
	text = strchr(host, ' ');
	if (text != NULL) {
		*text = '\0';
		r->text = text + 1;
	}
	r->host = strcmp(host, "-") == 0 ? NULL : host;
	return 0;
}
