#include "feedback/oneclick.h"
#include "httpd/formbody.h"
#include <string.h>

static const char form[] =
    "<form method=\"post\">"
    "<input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">"
    "<button>Unsubscribe</button></form>";

static const char *const methods[] = { "Allow", "GET, HEAD, POST", NULL };
static const char *const minute[] = { "Retry-After", "60", NULL };
static const char *const moment[] = { "Retry-After", "10", NULL };

/* text in HTML */
static int
put_text(struct buf *b, const char *s)
{
	int r = 0;

	for (; *s != '\0'; s++)
		switch (*s) {
		case '&': r |= buf_puts(b, "&amp;"); break;
		case '<': r |= buf_puts(b, "&lt;"); break;
		case '>': r |= buf_puts(b, "&gt;"); break;
		case '"': r |= buf_puts(b, "&quot;"); break;
		default: r |= buf_putc(b, *s);
		}
	return r;
}

static int
begin(struct buf *b, const char *title)
{
	int r;

	buf_clear(b);
	r = buf_puts(b,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
	    "charset=\"utf-8\"><meta name=\"viewport\" "
	    "content=\"width=device-width\"><title>");
	r |= buf_puts(b, title);
	r |= buf_puts(b,
	    "</title><style>body{font:1.1em sans-serif;margin:3em auto;"
	    "max-width:32em;padding:0 1em}button{font:inherit;padding:.5em "
	    "1em}</style></head><body><h1>");
	r |= buf_puts(b, title);
	return r | buf_puts(b, "</h1><p>");
}

static int
end(struct buf *b)
{
	return buf_puts(b, "</body></html>\n");
}

/* a page that only says something */
static int
say(struct oneclick *o, struct buf *b, unsigned status, const char *title,
    const char *text)
{
	int r = begin(b, title);

	o->what = ONECLICK_SAY;
	o->status = status;
	r |= buf_puts(b, text);
	r |= buf_puts(b, "</p>");
	return r | end(b);
}

/* who, and from what */
static int
put_whom(struct buf *b, const struct token *t)
{
	int r = 0;

	if (t->rcpt[0] == '\0' && t->list[0] == '\0')
		return buf_puts(b, "this address");
	if (t->rcpt[0] != '\0') {
		r |= buf_puts(b, "<b>");
		r |= put_text(b, t->rcpt);
		r |= buf_puts(b, "</b>");
	}
	if (t->list[0] != '\0') {
		r |= buf_puts(b, t->rcpt[0] == '\0' ? "you, of " : ", of ");
		r |= put_text(b, t->list);
	}
	return r;
}

/* the page about this address, but for its end */
static int
about(const struct oneclick *o, struct buf *b, const char *title,
    const char *before, const char *behind)
{
	int r = begin(b, title);

	r |= buf_puts(b, before);
	r |= put_whom(b, &o->token);
	r |= buf_puts(b, behind);
	return r | buf_puts(b, "</p>");
}

static int
show(struct oneclick *o, struct buf *b)
{
	int r = about(o, b, "Unsubscribe", "No more mail for ", "?");

	o->what = ONECLICK_SAY;
	o->status = 200;
	r |= buf_puts(b, form);
	return r | end(b);
}

static int
done(struct oneclick *o, struct buf *b)
{
	int r =
	    about(o, b, "Unsubscribed", "There will be no more mail for ", ".");

	o->what = ONECLICK_DO;
	o->status = 200;
	return r | end(b);
}

static int
post(struct oneclick *o, const struct oneclick_request *q, struct buf *b)
{
	if (q->too_large)
		return say(o, b, 413, "Too large",
		    "That was more than such a form has.");
	switch (formbody_has(q->type, q->body, "List-Unsubscribe",
	    "One-Click")) {
	case FORMBODY_HAS: break;
	case FORMBODY_HAS_NOT:
		return say(o, b, 400, "Nothing was done",
		    "The form did not say what is to be done.");
	case FORMBODY_NO_FORM:
		return say(o, b, 415, "Nothing was done",
		    "That was not the form of this page.");
	}
	return done(o, b);
}

/* the token of a request: at the end of the path, or of the arguments */
static enum token_verdict
check(struct oneclick *o, const struct oneclick_request *q,
    const struct token_keys *keys, unsigned today, unsigned days)
{
	const char *slash = strrchr(q->path, '/');
	const char *last = slash == NULL ? q->path : slash + 1;
	enum token_verdict v =
	    token_check(keys, last, strlen(last), today, days, &o->token);

	if (v == TOKEN_FOREIGN && q->argument[0] != '\0')
		v = token_check(keys, q->argument, strlen(q->argument), today,
		    days, &o->token);
	return v == TOKEN_GOOD && o->token.kind != TOKEN_UNSUBSCRIBE
	    ? TOKEN_FOREIGN
	    : v;
}

int
oneclick_judge(struct oneclick *o, const struct oneclick_request *q,
    const struct token_keys *keys, unsigned today, unsigned days,
    struct buf *page)
{
	enum token_verdict v;
	int posted = strcmp(q->method, "POST") == 0;

	memset(o, 0, sizeof *o);
	if (!posted && strcmp(q->method, "GET") != 0 &&
	    strcmp(q->method, "HEAD") != 0) {
		o->more = methods;
		return say(o, page, 405, "Nothing was done",
		    "This page knows another way.");
	}
	v = check(o, q, keys, today, days);
	if (v == TOKEN_EXPIRED && o->token.kind == TOKEN_UNSUBSCRIBE)
		return say(o, page, 410, "This link is too old",
		    "Nothing was done. Take the link of a newer message.");
	if (v != TOKEN_GOOD)
		return say(o, page, 404, "This link is not whole",
		    "Nothing was done. Perhaps a part of it was lost: copy "
		    "all of it.");
	return posted ? post(o, q, page) : show(o, page);
}

int
oneclick_later(struct oneclick *o, struct buf *page)
{
	memset(o, 0, sizeof *o);
	o->more = minute;
	return say(o, page, 503, "Not now",
	    "Nothing was done. Try again in a minute.");
}

int
oneclick_slower(struct oneclick *o, struct buf *page)
{
	memset(o, 0, sizeof *o);
	o->more = moment;
	return say(o, page, 429, "Too often",
	    "Nothing was done. Try again a little later.");
}
