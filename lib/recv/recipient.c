#include "recv/recipient.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/die.h"
#include "chain/event.h"
#include <string.h>

SMTPIN_SAY(r_relay, 550, "5.7.1",
    "not a domain of this host, and you may not relay");

SMTPIN_SAY(r_unsure, 451, "4.3.0",
    "it cannot be looked up now who gets no more mail, try again later");

/* is the domain of an address one of ours?  1, 0, -1 when not known now */
static int
is_local(struct session *s, const struct address_parts *a)
{
	const char *host = s->in->config.host;
	char domain[ADDRESS_DOMAIN_MAX + 1];
	size_t n;

	/* VIOLATIONS.md: NO-DOMAIN */
	n = a->domain == NULL ? strlen(host) : a->domain_len;
	ascii_lower_copy(domain, a->domain == NULL ? host : a->domain, n);
	return access_is_local(&s->in->access, domain, n);
}

/* may this recipient have mail from this client?  to: all of the address */
static const struct smtpin_reply *
allowed(struct session *s, const struct address_parts *a, struct slice sender,
    struct slice to, const struct rcpt_question **q)
{
	const struct smtpin_reply *r;

	/* RELAYCLIENT's value makes it an address elsewhere */
	if (s->suffix != NULL && s->suffix[0] != '\0')
		return NULL;
	switch (is_local(s, a)) {
	case 1:
		r = rcpt_ask(&s->in->access.rcpt, to, sender);
		*q = rcpt_question(&s->in->access.rcpt);
		return r;
	case 0:
		if (session_ours(s))
			return NULL;
		/* who may be allowed is not told that he is not */
		return s->doubtful ? &access_no_table : &r_relay;
	}
	return session_ours(s) ? NULL : &access_no_table;
}

/* does he get no more mail from this client?  to: all of the address */
static const struct smtpin_reply *
suppressed(struct session *s, struct slice sender, struct slice to)
{
	static struct smtpin_reply reply = { 550, "5.7.1", NULL };
	struct suppressask *a = s->in->access.suppress;
	struct suppressask_mail m = { .to = to, .from = sender };
	const char *login = session_login(s);

	if (login != NULL)
		m.user = (struct slice){ login, strlen(login) };
	suppressask_door(a, &m);
	switch (suppressask(a, &m, clock_wall_s())) {
	case 0: return NULL;
	case 1: break;
	default: return &r_unsure;
	}
	suppressask_event(a, &m, "rcpt");
	event_end();
	reply.text = a->text;
	return &reply;
}

/* a local domain that has come in UTF-8, or as A-labels, in the form in which
 * the configuration has it.  t is all of the address */
static const struct smtpin_reply *
one_form(struct session *s, struct buf *t)
{
	const char *at = memrchr(buf_data(t), '@', buf_len(t));
	char domain[ADDRESS_DOMAIN_MAX + 1];
	struct slice form;
	size_t n = at == NULL ? 0 : (size_t)(buf_data(t) + buf_len(t) - at) - 1;

	if (n == 0 || n > ADDRESS_DOMAIN_MAX)
		return NULL;
	ascii_lower_copy(domain, at + 1, n);
	switch (access_local_form(&s->in->access, domain, n, &form)) {
	case 0: return NULL;
	case -1: return &access_no_table;
	}
	t->end -= n;
	needs(buf_put(t, form.p, form.n));
	return NULL;
}

/* is it in UTF-8, or are there A-labels?  Then it may have another form */
static int
has_forms(const struct address_parts *a)
{
	size_t i;

	for (i = 0; i < a->domain_len; i++)
		if (a->domain[i] & 0x80)
			return 1;
	return memmem(a->domain, a->domain_len, "--", 2) != NULL;
}

const struct smtpin_reply *
recipient_put(struct session *s, const struct address_parts *a,
    struct slice sender, struct buf *t, const struct rcpt_question **q)
{
	const struct smtpin_reply *r = NULL;

	*q = NULL;
	buf_clear(t);
	needs(buf_reserve(t, a->len));
	buf_added(t, address_plain(a->text, a->len, buf_tail(t)));
	if (a->domain == NULL)
		needs(buf_printf(t, "@%s", s->in->config.host));
	else if (has_forms(a))
		r = one_form(s, t);
	if (r == NULL)
		r = access_prohibited(&s->in->access, PROHIBITED_TO,
		    (struct slice){ buf_data(t), buf_len(t) });
	if (r == NULL)
		r = allowed(s, a, sender,
		    (struct slice){ buf_data(t), buf_len(t) }, q);
	if (r == NULL && s->in->access.suppress != NULL && session_ours(s))
		r = suppressed(s, sender,
		    (struct slice){ buf_data(t), buf_len(t) });
	if (r != NULL)
		*q = NULL;
	if (r == NULL && s->suffix != NULL)
		needs(buf_puts(t, s->suffix));
	return r;
}
