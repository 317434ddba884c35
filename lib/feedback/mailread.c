#include "feedback/mailread.h"
#include "feedback/dsnread.h"
#include "feedback/addrfind.h"
#include "feedback/freebounce.h"
#include "feedback/snsread.h"
#include "mail/header.h"
#include <string.h>

static struct slice
subject(const struct mailparts *m)
{
	struct header_field f;

	if (!header_find(m->header, m->header_len, "Subject", &f))
		return (struct slice){ "", 0 };
	return (struct slice){ f.value, f.value_len };
}

/* fields for programs, in their part or in the text */
static int
read_fields(struct mailread *m)
{
	const char *p, *text = mailparts_bytes(&m->parts.text).p;
	size_t n = buf_len(&m->parts.text);

	if (dsnread(&m->report, mailparts_bytes(&m->parts.status).p,
		buf_len(&m->parts.status)) == -1)
		return -1;
	if (m->report.n > 0 || n == 0)
		return 0;
	if (snsread_kind(mailparts_bytes(&m->parts.text)) != SNSREAD_NONE)
		return snsread(&m->report, mailparts_bytes(&m->parts.text));
	p = dsnread_find(text, n);
	return p == NULL ? 0 : dsnread(&m->report, p, text + n - p);
}

/* a recipient that is a file, or a command, behind an address: the report's
 * header may say which */
static void
name_recipient(struct mailread *m)
{
	struct feedreport_rcpt *r = m->report.rcpt;
	struct header_field f;
	struct slice a, more;
	const char *p, *end;

	if (m->report.n != 1 || strchr(r->address, '@') != NULL ||
	    r->orcpt[0] != '\0' ||
	    !header_find(m->parts.header, m->parts.header_len,
		"X-Failed-Recipients", &f))
		return;
	p = f.value;
	end = p + f.value_len;
	if (addrfind_next(&p, end, &a) && !addrfind_next(&p, end, &more))
		feedreport_line(r->orcpt, sizeof r->orcpt, a.p, a.n);
}

static void
complete(struct mailread *m, const struct freebounce *f)
{
	const char *action = freebounce_delayed(subject(&m->parts), f->text)
	    ? "delayed"
	    : "failed";
	size_t i;

	for (i = 0; i < m->report.n; i++)
		if (m->report.rcpt[i].action[0] == '\0')
			memcpy(m->report.rcpt[i].action, action,
			    strlen(action) + 1);
}

/* a report that was sent on: what is returned is one itself */
static int
read_inner(struct mailread *m)
{
	struct mailparts inner = { .header = NULL };
	int r;

	if (buf_len(&m->parts.original) == 0)
		return 0;
	r = mailparts_take(&inner, buf_data(&m->parts.original),
	    buf_len(&m->parts.original));
	if (r == 0 && buf_len(&inner.status) > 0) {
		r = dsnread(&m->report, mailparts_bytes(&inner.status).p,
		    buf_len(&inner.status));
		if (m->report.n > 0) {
			buf_free(&m->parts.original);
			m->parts.original = inner.original;
			memset(&inner.original, 0, sizeof inner.original);
		}
	}
	mailparts_free(&inner);
	return r;
}

static int
read_bounce(struct mailread *m)
{
	struct freebounce f;

	if (read_fields(m) == -1 || (m->report.n == 0 && read_inner(m) == -1))
		return -1;
	/* not before: what was returned may be another message now */
	f.text = mailparts_bytes(&m->parts.text);
	f.header = (struct slice){ m->parts.header, m->parts.header_len };
	f.original = mailparts_bytes(&m->parts.original);
	m->structured = m->report.n > 0;
	name_recipient(m);
	if (!m->structured && freebounce(&m->report, &f) == -1)
		return -1;
	/* what a notice in JSON does not say is in no other words there */
	if (m->structured && snsread_kind(f.text) == SNSREAD_NONE &&
	    freebounce_reasons(&m->report, &f) == -1)
		return -1;
	complete(m, &f);
	return 0;
}

int
mailread(struct mailread *m, const char *message, size_t n, int null_sender)
{
	struct slice header;

	if (mailparts_take(&m->parts, message, n) == -1)
		return -1;
	m->kind = mailkind(&m->parts, null_sender);
	if (m->kind == MAILKIND_BOUNCE)
		return read_bounce(m);
	if (m->kind != MAILKIND_COMPLAINT)
		return 0;
	if (buf_len(&m->parts.feedback) == 0 &&
	    snsread(&m->report, mailparts_bytes(&m->parts.text)) == -1)
		return -1;
	header.p = m->parts.header;
	header.n = m->parts.header_len;
	return arfread(&m->arf, mailparts_bytes(&m->parts.feedback), header,
	    mailparts_bytes(&m->parts.original));
}

void
mailread_free(struct mailread *m)
{
	mailparts_free(&m->parts);
	feedreport_free(&m->report);
	arf_free(&m->arf);
}
