#include "feedback/tie.h"
#include "base/ascii.h"
#include "dns/idnaddress.h"
#include "feedback/addrfind.h"
#include "mail/header.h"
#include "mail/msgid.h"
#include <string.h>

enum { TEXT_NEAR = 4000 }; /* bytes of a text in which a token is looked for */

struct work {
	struct tie *t;
	const struct tie_facts *f;
	unsigned checked, tried;
};

static int
token_byte(char c)
{
	return ascii_alnum(c) || c == '-' || c == '_' || c == '.';
}

/* a token: 1 it is good, and taken */
static int
check(struct work *w, const char *p, size_t n, enum tie_by by)
{
	struct token token;

	if (w->f->keys->n == 0 || w->checked++ >= TIE_TOKENS_MAX)
		return 0;
	switch (token_check(w->f->keys, p, n, w->f->today, w->f->days,
	    &token)) {
	case TOKEN_GOOD:
		if (w->t->by >= by)
			return 1;
		w->t->token = token;
		w->t->by = by;
		return 1;
	case TOKEN_EXPIRED: w->t->expired = 1; return 0;
	case TOKEN_FORGED: w->t->forged = 1; return 0;
	case TOKEN_FOREIGN: break;
	}
	return 0;
}

/* all that begin with "u1." in some text */
static int
find_tokens(struct work *w, struct slice s)
{
	const char *p = s.p, *end = s.p + s.n, *q;

	while (end - p > 3 && (p = memmem(p, end - p, "u1.", 3)) != NULL) {
		for (q = p; q < end && token_byte(*q); q++)
			;
		while (q > p && q[-1] == '.')
			q--;
		if ((p == s.p || !token_byte(p[-1])) &&
		    check(w, p, q - p, TIE_LIST_TOKEN))
			return 1;
		p += 3;
	}
	return 0;
}

/* folding within a token goes: URLs are broken where a line is full */
static int
find_unfolded(struct work *w, struct slice s)
{
	char room[TOKEN_TEXT_MAX * 2];
	size_t n = 0, i;
	int folded = 0;

	for (i = 0; i < s.n && n < sizeof room; i++) {
		folded = s.p[i] == '\n' || (folded && ascii_blank(s.p[i]));
		if (!folded && s.p[i] != '\r')
			room[n++] = s.p[i];
	}
	return find_tokens(w, (struct slice){ room, n });
}

/* addresses in a value that are return paths of ours */
static int
find_paths(struct work *w, struct slice s)
{
	const char *p = s.p, *end = s.p + s.n;
	struct slice a;

	while (addrfind_next(&p, end, &a))
		if (ascii_begins(a.p, a.n, "b-") &&
		    check(w, a.p, a.n, TIE_RETURN_PATH))
			return 1;
	return 0;
}

static void
take_msgid(struct work *w, struct slice s)
{
	struct msgids ids;
	const char *id, *at;
	size_t n;

	msgid_open(&ids, s.p, s.n);
	if (w->t->msgid[0] != '\0' || !msgid_next(&ids, &id, &n))
		return;
	feedreport_line(w->t->msgid, sizeof w->t->msgid, id, n);
	at = memchr(id, '@', n);
	if (at == NULL || at - id < TOKEN_ID_LEN ||
	    !token_id_good(id, at - id) || w->t->by > TIE_MESSAGE_ID)
		return;
	memset(&w->t->token, 0, sizeof w->t->token);
	memcpy(w->t->token.id, id, at - id);
	w->t->by = TIE_MESSAGE_ID;
}

/* what was returned of our message */
static void
search_original(struct work *w, struct slice header)
{
	static const char *const paths[] = { "Return-Path", "Received",
		"X-Envelope-From", "Envelope-From", "Sender", NULL };
	const char *p = header.p, *end = p + header.n;
	struct header_field f;
	unsigned i;

	while (p != NULL && header_field(&p, end, &f)) {
		struct slice v = { f.value, f.value_len };

		if (header_is(&f, "List-Unsubscribe"))
			find_unfolded(w, v);
		if (header_is(&f, "Message-ID"))
			take_msgid(w, v);
		for (i = 0; paths[i] != NULL; i++)
			if (header_is(&f, paths[i]))
				find_paths(w, v);
	}
}

/* what was sent to unsubscribe with: in the subject, or in the text */
static void
search_request(struct work *w, const struct mailread *m)
{
	struct slice text = mailparts_bytes(&m->parts.text);
	struct header_field f;

	if (header_find(m->parts.header, m->parts.header_len, "Subject", &f) &&
	    find_unfolded(w, (struct slice){ f.value, f.value_len }))
		return;
	if (text.n > TEXT_NEAR)
		text.n = TEXT_NEAR;
	if (text.n > 0)
		find_tokens(w, text);
}

/* recipients that a return path may be bound to */

/* 1: no more need be tried */
static int
try_rcpt(struct work *w, struct slice a)
{
	struct token *t = &w->t->token;
	char form[WORD_ADDRESS_MAX + 1];

	if (a.n == 0)
		return 0;
	if (w->tried++ >= TIE_RCPTS_MAX)
		return 1;
	if (a.n > TOKEN_RCPT_MAX || idnaddress_form(a.p, a.n, form) == -1 ||
	    token_is_rcpt(w->f->keys, t, form) != 1)
		return 0;
	memcpy(t->rcpt, a.p, a.n);
	t->rcpt[a.n] = '\0';
	return 1;
}

/* all in fields of these names */
static int
try_fields(struct work *w, struct slice header, const char *const *names)
{
	struct slice a[TIE_RCPTS_MAX];
	size_t n = addrfind_fields(header, names, a, TIE_RCPTS_MAX), i;

	for (i = 0; i < n; i++)
		if (try_rcpt(w, a[i]))
			return 1;
	return 0;
}

/* those whom the report itself names */
static int
try_report(struct work *w, const struct mailread *m)
{
	const struct feedreport_rcpt *r = m->report.rcpt;
	struct slice a;
	size_t i;

	for (i = 0; i < m->report.n; i++, r++)
		if (try_rcpt(w, (struct slice){ r->orcpt, strlen(r->orcpt) }) ||
		    try_rcpt(w,
			(struct slice){ r->address, strlen(r->address) }))
			return 1;
	for (i = 0; arf_rcpt(&m->arf, i, &a); i++)
		if (try_rcpt(w, a))
			return 1;
	return 0;
}

/* What speaks for one does not count, since nobody can make that another one
 * fits. */
static void
find_rcpt(struct work *w, const struct mailread *m)
{
	/* From: of who answers by himself */
	static const char *const outer[] = { "X-Failed-Recipients", "From",
		NULL };
	static const char *const inner[] = { "To", "X-Original-To",
		"Delivered-To", "Cc", "Received", NULL };
	struct slice header = { m->parts.header, m->parts.header_len };

	if (w->t->token.bound[0] == '\0' || try_report(w, m) ||
	    try_fields(w, header, outer))
		return;
	try_fields(w, mailparts_bytes(&m->parts.original), inner);
}

void
tie(struct tie *t, const struct tie_facts *f, const struct mailread *m)
{
	struct work w = { .t = t, .f = f };
	const char *from = arf_get(&m->arf, "original-mail-from");

	memset(t, 0, sizeof *t);
	if (f->address.n > 2 && ascii_begins(f->address.p, f->address.n, "b-"))
		check(&w, f->address.p, f->address.n, TIE_RETURN_PATH);
	if (f->address.n > 0)
		find_tokens(&w, f->address);
	if (from != NULL)
		find_paths(&w, (struct slice){ from, strlen(from) });
	search_original(&w, mailparts_bytes(&m->parts.original));
	if (f->unsubscribe && t->by < TIE_LIST_TOKEN)
		search_request(&w, m);
	find_rcpt(&w, m);
}

const char *
tie_word(enum tie_by by)
{
	static const char *const words[] = { "none", "address", "message-id",
		"list-token", "return-path" };

	return words[by];
}
