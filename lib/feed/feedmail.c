#include "feed/feedmail.h"
#include "format/parcel.h"
#include "mail/header.h"
#include <string.h>

static const char no_memory[] = "4.3.0 out of memory",
		  bad_sender[] = "5.1.7 bad sender address",
		  bad_rcpt[] = "5.1.3 bad recipient address",
		  many[] = "5.5.3 too many recipients",
		  nobody[] = "5.1.0 no recipients";

static const char *
put_sender(const struct feedmail *f, struct buf *env, const char *p, size_t n)
{
	struct envelope e = { .me = f->me };
	char text[ENVELOPE_ADDRESS_ROOM], out[ENVELOPE_ADDRESS_ROOM];

	if (n >= sizeof text)
		return bad_sender;
	memcpy(text, p, n);
	text[n] = '\0';
	if (envelope_sender(&e, text, out) == -1)
		return bad_sender;
	if (parcel_puts(env, "from", out) == -1 ||
	    (e.utf8 && parcel_puts(env, "smtputf8", "1") == -1))
		return no_memory;
	return NULL;
}

static const char *
add(struct envelope *e, const char *p, size_t n)
{
	const char *bad;
	size_t len;

	switch (envelope_add(e, p, n, &bad, &len)) {
	case ENVELOPE_OK: return NULL;
	case ENVELOPE_SIZE: return many;
	case ENVELOPE_MEMORY: return no_memory;
	default: return bad_rcpt;
	}
}

/* those of all */
static const char *
add_all(const struct feedmail *f, struct envelope *e)
{
	const char *p = buf_data(&f->rcpts->rcpts), *why = NULL;
	size_t i;

	for (i = 0; i < f->rcpts->n_rcpts && why == NULL; i++) {
		why = add(e, p, strlen(p));
		p += strlen(p) + 1;
	}
	return why;
}

/* those of all, and of the header; what is in e already stays */
static const char *
put_rcpts(const struct feedmail *f, struct envelope *e, struct buf *env,
    const struct buf *header)
{
	struct headerrcpts named = { .odd = NULL };
	const char *why = add_all(f, e);

	if (why == NULL && f->take_rcpts)
		switch (headerrcpts_add(&named, e, buf_data(header),
		    buf_len(header))) {
		case ENVELOPE_SIZE: why = many; break;
		case ENVELOPE_MEMORY: why = no_memory; break;
		default: why = named.n_odd > 0 ? bad_rcpt : NULL;
		}
	buf_free(&named.told);
	if (why == NULL && e->n_rcpts == 0)
		why = nobody;
	if (why == NULL && envelope_rcpts(e, env) == -1)
		why = no_memory;
	if (why == NULL && e->utf8 &&
	    memmem(buf_data(env), buf_len(env), "\nsmtputf8 ", 10) == NULL &&
	    parcel_puts(env, "smtputf8", "1") == -1)
		why = no_memory;
	return why;
}

static const char *
rcpts(const struct feedmail *f, struct envelope *e, struct buf *env,
    const struct buf *header)
{
	const char *why = put_rcpts(f, e, env, header);

	buf_free(&e->rcpts);
	buf_free(&e->notify);
	return why;
}

const char *
feedmail_mbox(const struct feedmail *f, struct buf *env, struct slice sender,
    const struct buf *header)
{
	struct envelope e = { .me = f->me };
	struct header_field field;
	const char *why;

	if (f->from != NULL)
		sender = (struct slice){ f->from, strlen(f->from) };
	else if (header_find(buf_data(header), buf_len(header), "return-path",
		     &field))
		sender = (struct slice){ field.value, field.value_len };
	why = put_sender(f, env, sender.p, sender.n);
	return why != NULL ? why : rcpts(f, &e, env, header);
}

static const char *
add_json(struct envelope *e, const json_t *to)
{
	const char *why = NULL;
	const json_t *one;
	size_t i;

	if (to == NULL)
		return NULL;
	if (json_is_string(to))
		return add(e, json_string_value(to), json_string_length(to));
	if (!json_is_array(to))
		return bad_rcpt;
	for (i = 0; i < json_array_size(to) && why == NULL; i++) {
		one = json_array_get(to, i);
		why = json_is_string(one)
		    ? add(e, json_string_value(one), json_string_length(one))
		    : bad_rcpt;
	}
	return why;
}

const char *
feedmail_json(const struct feedmail *f, struct buf *env, const json_t *o,
    const struct buf *header)
{
	struct envelope e = { .me = f->me };
	const json_t *from = json_object_get(o, "from");
	const char *sender = f->from != NULL ? f->from
	    : from == NULL                   ? f->fallback
					     : json_string_value(from);
	const char *why = sender == NULL
	    ? bad_sender
	    : put_sender(f, env, sender, strlen(sender));

	if (why == NULL)
		why = add_json(&e, json_object_get(o, "to"));
	if (why == NULL)
		return rcpts(f, &e, env, header);
	buf_free(&e.rcpts);
	buf_free(&e.notify);
	return why;
}
