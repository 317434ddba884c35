#include "send/result.h"
#include <string.h>

void
sendresult_reply(struct sendresult *r, const struct reply *re,
    char text[REPLY_TEXT_MAX])
{
	static const char *const plain[] = { "2.0.0", "3.0.0", "4.0.0",
		"5.0.0" };

	r->code = re->code;
	r->esc = re->esc;
	r->esc_len = re->esc_len;
	if (re->esc == NULL) {
		r->esc = plain[re->code / 100 - 2];
		r->esc_len = 5;
	}
	r->text = text;
	r->text_len = reply_text(re, text, REPLY_TEXT_MAX);
}

static int
put_opt(struct buf *b, const char *label, const char *s, size_t n)
{
	return s == NULL || n == 0 ? 0 : ltsv_put(b, label, s, n);
}

static int
put_str(struct buf *b, const char *label, const char *s)
{
	return s == NULL ? 0 : put_opt(b, label, s, strlen(s));
}

/* when to come again, with how many, and how long it took */
static int
put_times(struct buf *b, const struct sendresult *r)
{
	int bad = 0;

	if (r->next_ms > 0) {
		bad |= ltsv_putnum(b, "next", r->next_ms / 1000);
		bad |= buf_printf(b, ".%03u", (unsigned)(r->next_ms % 1000));
	}
	if (r->room > 0)
		bad |= ltsv_putnum(b, "room", r->room);
	if (r->ms >= 0)
		bad |= ltsv_putnum(b, "ms", r->ms);
	if (r->stages.dns > 0)
		bad |= ltsv_putnum(b, "ms-dns", r->stages.dns);
	if (r->stages.connect > 0)
		bad |= ltsv_putnum(b, "ms-connect", r->stages.connect);
	if (r->stages.tls > 0)
		bad |= ltsv_putnum(b, "ms-tls", r->stages.tls);
	if (r->stages.data > 0)
		bad |= ltsv_putnum(b, "ms-data", r->stages.data);
	return bad;
}

/* how it was protected, and how it should have been */
static int
put_tls(struct buf *b, const struct sendresult *r)
{
	int bad;

	bad = put_str(b, "tls", r->tls);
	bad |= put_str(b, "tls-policy", r->tls_policy);
	bad |= put_str(b, "tls-from", r->tls_from);
	bad |= put_str(b, "tls-cert", r->tls_cert);
	bad |= put_str(b, "tls-fail", r->tls_fail);
	bad |= put_str(b, "tls-text", r->tls_text);
	return bad | put_str(b, "mx-secure", r->mx_secure);
}

int
sendresult_put(struct buf *b, const char *id, unsigned n,
    const struct sendsite *s, const struct sendresult *r)
{
	int bad;

	bad = ltsv_puts(b, "id", id);
	bad |= ltsv_putnum(b, "n", n);
	if (r->attempt > 0)
		bad |= ltsv_putnum(b, "try", r->attempt - 1);
	bad |= ltsv_puts(b, "status", r->status);
	if (r->code != 0)
		bad |= ltsv_putnum(b, "code", r->code);
	bad |= put_opt(b, "esc", r->esc, r->esc_len);
	bad |= put_str(b, "class", r->class);
	bad |= put_str(b, "host", r->host);
	bad |= put_str(b, "ip", r->ip);
	bad |= put_opt(b, "text", r->text, r->text_len);
	bad |= put_str(b, "dsn", r->dsn);
	if (r->doubt)
		bad |= ltsv_put(b, "doubt", "1", 1);
	bad |= put_str(b, "phase", r->phase);
	bad |= put_tls(b, r);
	bad |= put_times(b, r);
	if (s != NULL) {
		bad |= put_str(b, "site", s->name);
		bad |= put_str(b, "provider", s->provider);
		bad |= put_str(b, "via", s->via);
		bad |= put_str(b, "from-src", s->src);
		/* for route, which leaves it out */
		if (r->class != NULL && strcmp(r->class, "source") == 0)
			bad |= put_str(b, "src", s->src);
	}
	return bad | ltsv_end(b);
}
