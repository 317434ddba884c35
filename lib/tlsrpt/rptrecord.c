#include "tlsrpt/rptrecord.h"
#include "base/ascii.h"
#include "dmarc/dmarcrecord.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char version[] = "v=TLSRPTv1";

void
rptrecord_init(struct rptrecord *r, const char *domain)
{
	memset(r, 0, sizeof *r);
	r->domain = domain;
}

int
rptrecord_want(struct rptrecord *r, struct dnsq *q)
{
	char name[DNSQ_NAME_MAX + 12];

	if (r->asked)
		return 0;
	r->asked = 1;
	snprintf(name, sizeof name, "_smtp._tls.%s", r->domain);
	q->type = DNSQ_TXT;
	if (dnsq_name(q, name, strlen(name)) == 0)
		return 1;
	r->state = RPTRECORD_NONE;
	return 0;
}

static int
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* the blanks at both ends go; a NUL comes in place of those behind it */
static char *
trim(char *p)
{
	char *end = p + strlen(p);

	while (end > p && blank(end[-1]))
		*--end = '\0';
	while (blank(*p))
		p++;
	return p;
}

/* is it one of ours?  What stands behind the version is blank, ; or nothing
 * (field-delim may begin with blanks) */
static int
is_ours(const char *p, size_t n)
{
	size_t len = sizeof version - 1;

	if (n < len || memcmp(p, version, len) != 0)
		return 0;
	while (len < n && blank(p[len]))
		len++;
	return len == n || p[len] == ';';
}

static int
printable(const char *p)
{
	for (; *p != '\0'; p++)
		if (*p < 0x21 || *p > 0x7e)
			return 0;
	return 1;
}

/* a URI as it stands in the record, with its NUL; room: for an address */
static void
take_uri(struct rptrecord *r, char *uri, char **room)
{
	struct rptrecord_address *a = &r->rua[r->n_rua];
	struct dmarc_uri u = { 0 };
	const char *at;

	if (r->n_rua == RPT_RUA_MAX || !printable(uri))
		return;
	if (strncasecmp(uri, "https://", 8) == 0 && uri[8] != '\0') {
		*a = (struct rptrecord_address){ uri, 1 };
		r->n_rua++;
	} else if (strncasecmp(uri, "mailto:", 7) == 0) {
		/* RFC 6068: what stands behind ? is for people */
		u.address = uri + 7;
		u.address_len = strcspn(uri + 7, "?");
		if (dmarcrecord_mailbox(&u, *room) == -1)
			return;
		at = strrchr(*room, '@');
		if (at[1] == '[')
			return;
		*a = (struct rptrecord_address){ *room, 0 };
		*room += strlen(*room) + 1;
		r->n_rua++;
	}
}

static int
malformed(struct rptrecord *r, const char *why)
{
	r->state = RPTRECORD_MALFORMED;
	r->why = why;
	return -1;
}

/* tlsrpt-ext-name, of which rua is one */
static int
name_good(const char *p)
{
	size_t i;

	for (i = 0; p[i] != '\0'; i++)
		if (!ascii_alnum(p[i]) &&
		    (i == 0 || strchr("_-.", p[i]) == NULL))
			return 0;
	return i > 0 && i <= 32;
}

/* name=value; those that are not known are ignored */
static int
take_field(struct rptrecord *r, char *field, int *found)
{
	char *value = strchr(field, '='), *uri, *room = r->room;

	if (value == NULL)
		return malformed(r, "a field without =");
	*value++ = '\0';
	if (!name_good(field))
		return malformed(r, "a field with no name");
	if (strcmp(field, "rua") != 0)
		return 0;
	if (*found)
		return malformed(r, "two rua=");
	*found = 1;
	while ((uri = strsep(&value, ",")) != NULL) {
		uri = trim(uri);
		if (*uri == '\0')
			return malformed(r, "an empty address");
		take_uri(r, uri, &room);
	}
	return 0;
}

/* the fields behind the version */
static void
parse(struct rptrecord *r)
{
	char *p = r->text, *field;
	int found = 0;

	strsep(&p, ";");
	while ((field = strsep(&p, ";")) != NULL) {
		field = trim(field);
		/* the last ; may end the record */
		if (*field == '\0' && p == NULL)
			break;
		if (take_field(r, field, &found) == -1)
			return;
	}
	if (found)
		r->state = RPTRECORD_FOUND;
	else
		malformed(r, "no rua=");
}

void
rptrecord_answer(struct rptrecord *r, const struct dnsa *a)
{
	char text[RPT_RECORD_MAX + 1];
	unsigned i, ours = 0;
	long n, len = 0;

	r->state = a->status == DNSA_FAILED ? RPTRECORD_LOST : RPTRECORD_NONE;
	if (a->status != DNSA_OK)
		return;
	for (i = 0; i < a->n; i++) {
		n = dnsa_text(a, i, text, sizeof text);
		if (n == -1 || !is_ours(text, (size_t)n))
			continue;
		ours++;
		memcpy(r->text, text, (size_t)n);
		len = n;
	}
	/* several: there is none */
	if (ours != 1)
		return;
	if (len > RPT_RECORD_MAX) {
		malformed(r, "longer than 4096 bytes");
	} else if (memchr(r->text, '\0', (size_t)len) != NULL) {
		malformed(r, "a NUL");
	} else {
		r->text[len] = '\0';
		parse(r);
	}
}
