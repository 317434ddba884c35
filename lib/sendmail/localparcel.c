#include "sendmail/localparcel.h"
#include "format/parcel.h"
#include "mail/tlsrequired.h"
#include <string.h>

/* what the caller asks for, and what the message needs */
static int
put_wants(const struct localparcel *l, struct buf *env)
{
	const struct buf *h = &l->mail->header;
	const char *body = l->opt->body;
	int bad = 0;

	if (l->mail->eight_bit || (body != NULL && body[0] == '8'))
		bad |= buf_puts(env, "body 8bit\n");
	if (l->envelope->utf8)
		bad |= buf_puts(env, "smtputf8 1\n");
	if (tlsrequired_no(buf_data(h), buf_len(h)))
		bad |= buf_puts(env, "tls-optional 1\n");
	bad |= buf_put(env, buf_data(&l->opt->lines), buf_len(&l->opt->lines));
	return bad | envelope_rcpts(l->envelope, env);
}

enum envelope_result
localparcel_envelope(const struct localparcel *l, struct buf *env)
{
	enum envelope_result r = ENVELOPE_OK;

	if (parcel_put(env, "from", l->from, strlen(l->from)) == -1 ||
	    buf_printf(env, "proto local\nuid %lu\n", l->uid) == -1 ||
	    (l->opt->ret != NULL && parcel_puts(env, "ret", l->opt->ret) == -1))
		return ENVELOPE_MEMORY;
	if (l->opt->envid != NULL)
		r = envelope_envid(env, l->opt->envid);
	return r == ENVELOPE_OK && put_wants(l, env) == -1 ? ENVELOPE_MEMORY
							   : r;
}

int
localparcel_odd(const struct localparcel *l, const struct headerrcpts *named,
    const char name[RETURNED_NAME_LEN + 1], int64_t now,
    struct handin_parcel *p)
{
	struct returned r = { .d = { .action = DSN_FAILED,
				  .me = l->envelope->me,
				  .to = l->from,
				  .utf8 = l->envelope->utf8,
				  .now = now } };
	struct buf env = { 0 };
	int bad;

	returned_name(&r, name);
	bad = headerrcpts_report(named, &r, buf_data(&l->mail->header),
	    buf_len(&l->mail->header), &env, &p->head);
	if (bad == 0)
		bad = buf_printf(&env, "uid %lu\n", l->uid);
	if (bad == 0)
		bad = parcel_head(&p->out, &env, buf_len(&p->head));
	buf_free(&env);
	return bad == 0 ? buf_putc(&p->head, ',') : -1;
}
