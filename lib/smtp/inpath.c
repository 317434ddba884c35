#include "smtp/inpath.h"
#include "base/num.h"
#include <string.h>
#include <strings.h>

SMTPIN_SAY(r_mail_form, 501, "5.5.4", "syntax: MAIL FROM:<address>");
SMTPIN_SAY(r_rcpt_form, 501, "5.5.4", "syntax: RCPT TO:<address>");
SMTPIN_SAY(r_sender, 501, "5.1.7", "bad sender address");
SMTPIN_SAY(r_sender_long, 501, "5.1.7", "sender address too long");
SMTPIN_SAY(r_address, 501, "5.1.3", "bad recipient address");
SMTPIN_SAY(r_address_long, 501, "5.1.3", "recipient address too long");
SMTPIN_SAY(r_param, 501, "5.5.4", "bad parameter value");
SMTPIN_SAY(r_param_unknown, 555, "5.5.4", "parameter not known");
SMTPIN_SAY(r_param_twice, 501, "5.5.4", "parameter given twice");
SMTPIN_SAY(r_utf8, 553, "5.6.7",
    "SMTPUTF8 must stand in MAIL for such an address");
SMTPIN_SAY(r_binary, 555, "5.6.1", "BINARYMIME is not offered; use 8BITMIME");
SMTPIN_SAY(r_size, 552, "5.3.4", "message too large");

static const struct smtpin_reply *
size_param(const struct smtpin_config *c, struct slice v, uint64_t *size)
{
	/* all digits and yet out of range: above anything allowed */
	if (num_scan(v.p, v.n, 0, UINT64_MAX, size) == -1 ||
	    *size > c->size_max)
		return &r_size;
	return NULL;
}

static const struct smtpin_reply *
param(const struct smtpin *s, const struct smtpin_config *c, const char *p,
    size_t n, int mail, struct smtpin_event *ev)
{
	static const struct smtpin_reply *const faults[] = {
		[EXTENSION_UNKNOWN] = &r_param_unknown,
		[EXTENSION_TWICE] = &r_param_twice,
		[EXTENSION_BAD] = &r_param,
		[EXTENSION_BINARY] = &r_binary
	};
	enum extension_fault f = extension_param(s->offer | s->taken, mail,
	    !mail && s->utf8, p, n, ev->param);

	if (f != EXTENSION_GOOD)
		return faults[f];
	if (ev->param[EXTENSION_P_SIZE].p != NULL && ev->size == 0)
		return size_param(c, ev->param[EXTENSION_P_SIZE], &ev->size);
	return NULL;
}

/* blank separated KEY or KEY=VALUE behind the address */
static const struct smtpin_reply *
params(const struct smtpin *s, const struct smtpin_config *c, const char *p,
    size_t n, int mail, struct smtpin_event *ev)
{
	const struct smtpin_reply *r;
	const char *end = p + n, *k;

	while (p < end) {
		if (*p != ' ')
			return mail ? &r_mail_form : &r_rcpt_form;
		while (p < end && *p == ' ')
			p++;
		if (p == end)
			break;
		for (k = p; p < end && *p != ' ';)
			p++;
		r = param(s, c, k, p - k, mail, ev);
		if (r != NULL)
			return r;
	}
	return NULL;
}

static int
is_ascii(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] & 0x80)
			return 0;
	return 1;
}

static const struct smtpin_reply *
path_fault(enum address_fault f, int mail)
{
	if (f == ADDRESS_SYNTAX)
		return mail ? &r_sender : &r_address;
	return mail ? &r_sender_long : &r_address_long;
}

const struct smtpin_reply *
inpath_parse(const struct smtpin *s, const struct smtpin_config *c, int mail,
    struct smtpin_event *ev)
{
	const char *p = ev->arg, *word = mail ? "FROM:" : "TO:";
	unsigned form = (s->lenient ? ADDRESS_BARE : 0) |
	    (s->offer & EXTENSION_SMTPUTF8 ? ADDRESS_UTF8 : 0);
	size_t n = ev->arglen, w = strlen(word), used;
	const struct smtpin_reply *r;
	enum address_fault f;

	if (n < w || strncasecmp(p, word, w) != 0)
		return mail ? &r_mail_form : &r_rcpt_form;
	for (; w < n && p[w] == ' '; w++)
		; /* VIOLATIONS.md: LENIENT-SYNTAX */
	f = address_path(p + w, n - w, form, &ev->address, &used);
	if (f != ADDRESS_GOOD) {
		memset(&ev->address, 0, sizeof ev->address);
		return path_fault(f, mail);
	}
	if (!mail && ev->address.len == 0)
		return &r_address;
	r = params(s, c, p + w + used, n - w - used, mail, ev);
	if (r != NULL)
		return r;
	/* RFC 6531 section 3.5; the word stands behind the path */
	if (mail ? ev->param[EXTENSION_P_SMTPUTF8].p != NULL : s->utf8)
		return NULL;
	return is_ascii(p, w + used) ? NULL : &r_utf8;
}
