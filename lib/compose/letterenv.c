#include "compose/addresses.h"
#include "compose/composeenv.h"
#include "compose/letterparts.h"
#include "format/parcel.h"

/* one address */
static int
put_single(struct letter *l, struct addresses *a, enum letter_member k)
{
	int r = addresses_put(a, l->m[k], l->fault);

	if (r == 0 && a->n > 1)
		r = composefault_say(l->fault, "more than one address");
	return r == -1 ? letter_in(l, k) : 0;
}

static int
put_from(struct letter *l, struct addresses *a)
{
	if (l->m[LETTER_FROM] == NULL) {
		composefault_say(l->fault, "missing");
		return letter_in(l, LETTER_FROM);
	}
	a->field = l->text;
	if (buf_puts(l->text, "From:") == -1)
		return composefault_memory(l->fault);
	if (put_single(l, a, LETTER_FROM) == -1)
		return -1;
	return buf_putc(l->text, '\n') == -1 ? composefault_memory(l->fault)
					     : 0;
}

/* "" is the null sender */
static int
put_path(struct letter *l, struct addresses *a)
{
	const json_t *j = l->m[LETTER_RETURN_PATH];

	if (json_is_string(j) && json_string_length(j) == 0) {
		buf_clear(a->last);
		return 0;
	}
	a->field = NULL;
	a->n = 0;
	return j == NULL ? 0 : put_single(l, a, LETTER_RETURN_PATH);
}

int
letterenv_sender(struct letter *l, int *utf8)
{
	struct buf last = { 0 };
	struct addresses a = { .last = &last };
	int r = put_from(l, &a);

	if (r == 0)
		r = put_path(l, &a);
	if (r == 0 &&
	    parcel_put(l->env, "from", buf_data(&last), buf_len(&last)) == -1)
		r = composefault_memory(l->fault);
	*utf8 |= a.utf8;
	buf_free(&last);
	return r;
}

/* what is said beside the addresses */

static int
put_line(struct letter *l, struct composeenv *e, enum letter_member k,
    const json_t *j)
{
	switch (k) {
	case LETTER_TAGS: return composeenv_tags(e, j, l->fault);
	case LETTER_METADATA: return composeenv_metadata(e, j, l->fault);
	case LETTER_TENANT: return composeenv_text(e, "tenant", j, l->fault);
	case LETTER_SEND_AT:
		return composeenv_moment(e, "hold-until", j, l->fault);
	case LETTER_EXPIRE: return composeenv_moment(e, "expire", j, l->fault);
	case LETTER_PRIORITY: return composeenv_prio(e, j, l->fault);
	default: return composeenv_key(e, j, l->fault);
	}
}

/* more of them, or one in the place of the other */
int
letterenv_lines(struct letter *l)
{
	struct composeenv e = { .env = l->env };
	enum letter_member k;
	int more;

	for (k = LETTER_TAGS; k <= LETTER_KEY; k++) {
		more = k == LETTER_TAGS || k == LETTER_METADATA ||
		    l->rcpt[k] == NULL;
		if ((l->m[k] != NULL && more &&
			put_line(l, &e, k, l->m[k]) == -1) ||
		    (l->rcpt[k] != NULL &&
			put_line(l, &e, k, l->rcpt[k]) == -1))
			return letter_in(l, k);
	}
	return 0;
}

/* recipients */

static int
put_rcpts(struct letter *l, struct addresses *a, enum letter_member k,
    const char *field)
{
	const json_t *j = l->rcpt[k] != NULL ? l->rcpt[k] : l->m[k];

	if (j == NULL || (json_is_array(j) && json_array_size(j) == 0))
		return 0;
	a->field = field == NULL ? NULL : l->text;
	a->n = 0;
	if (field != NULL && buf_puts(l->text, field) == -1)
		return composefault_memory(l->fault);
	if (addresses_put(a, j, l->fault) == -1)
		return letter_in(l, k);
	return field != NULL && buf_putc(l->text, '\n') == -1
	    ? composefault_memory(l->fault)
	    : 0;
}

int
letterenv_rcpts(struct letter *l, int *utf8)
{
	struct rcptset rcpts = { 0 };
	struct addresses a = { .rcpts = &rcpts, .env = l->env };
	int r = put_rcpts(l, &a, LETTER_TO, "To:");

	if (r == 0)
		r = put_rcpts(l, &a, LETTER_CC, "Cc:");
	if (r == 0 && rcpts.n == 0 &&
	    buf_puts(l->text, "To: undisclosed-recipients:;\n") == -1)
		r = composefault_memory(l->fault);
	if (r == 0)
		r = put_rcpts(l, &a, LETTER_BCC, NULL);
	if (r == 0 && rcpts.n == 0) {
		composefault_say(l->fault, "missing");
		r = letter_in(l, LETTER_TO);
	}
	*utf8 |= a.utf8;
	rcptset_free(&rcpts);
	return r;
}
