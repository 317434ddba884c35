#include "recv/receiptreply.h"
#include <string.h>

/* the bytes of the status code in front, 0: there is none */
static size_t
code_len(const char *p, size_t n, char class)
{
	const char *blank = memchr(p, ' ', n);
	size_t len = blank == NULL ? n : (size_t)(blank - p);

	return len >= 5 && len < RECEIPTREPLY_ESC && p[0] == class &&
		p[1] == '.'
	    ? len
	    : 0;
}

static const struct smtpin_reply *
taken(struct smtpin_reply *r, const char *p, size_t n, struct buf *t)
{
	r->code = 250;
	r->esc = "2.0.0";
	if (buf_puts(t, "ok ") == -1 || buf_put(t, p, n) == -1 ||
	    buf_putc(t, '\0') == -1)
		return NULL;
	r->text = buf_data(t);
	return r;
}

const struct smtpin_reply *
receiptreply_make(struct receiptreply *r, enum receipt_kind kind, const char *p,
    size_t n, struct buf *t)
{
	int later = kind == RECEIPT_TEMP;
	const char *end = p + n;
	size_t esc;

	buf_clear(t);
	if (kind == RECEIPT_OK)
		return taken(&r->reply, p, n, t);
	r->reply.code = later ? 451 : 554;
	r->reply.esc = later ? "4.3.0" : "5.0.0";
	esc = code_len(p, n, later ? '4' : '5');
	if (esc > 0) {
		memcpy(r->esc, p, esc);
		r->esc[esc] = '\0';
		r->reply.esc = r->esc;
		for (p += esc; p < end && *p == ' ';)
			p++;
	}
	if ((p < end ? buf_put(t, p, end - p) : buf_puts(t, "not accepted")) ==
		-1 ||
	    buf_putc(t, '\0') == -1)
		return NULL;
	r->reply.text = buf_data(t);
	return &r->reply;
}
