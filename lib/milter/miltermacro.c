#include "milter/miltermacro.h"
#include <string.h>

enum value {
	ME,
	VERSION,
	DAEMON,
	ORIGIN,
	ADDR,
	NAME,
	PORT,
	RESOLVE,
	TLS_VERSION,
	CIPHER,
	AUTH_TYPE,
	AUTHEN,
	MAIL_ADDR,
	MAIL_HOST,
	JOB,
	RCPT_ADDR,
	RCPT_HOST
};
enum {
	C = 1 << MILTER_AT_CONNECT,
	H = 1 << MILTER_AT_HELO,
	M = 1 << MILTER_AT_MAIL,
	R = 1 << MILTER_AT_RCPT,
	T = 1 << MILTER_AT_DATA,
	E = 1 << MILTER_AT_EOM,
	N = 1 << MILTER_AT_EOH
};

/* the name, as it is told, and at which stages unless others are chosen */
static const struct {
	const char *name;
	enum value value;
	unsigned stages;
} macros[] = {
	{ "j", ME, C },
	{ "v", VERSION, C },
	{ "{daemon_name}", DAEMON, C },
	{ "_", ORIGIN, C },
	{ "{client_addr}", ADDR, C },
	{ "{client_name}", NAME, C },
	{ "{client_ptr}", NAME, C },
	{ "{client_port}", PORT, C },
	{ "{client_resolve}", RESOLVE, C },
	{ "{tls_version}", TLS_VERSION, H },
	{ "{cipher}", CIPHER, H },
	{ "{auth_type}", AUTH_TYPE, M },
	{ "{auth_authen}", AUTHEN, M },
	{ "{mail_addr}", MAIL_ADDR, M },
	{ "{mail_host}", MAIL_HOST, M },
	{ "i", JOB, M | T | N | E },
	{ "{rcpt_addr}", RCPT_ADDR, R },
	{ "{rcpt_host}", RCPT_HOST, R },
};
enum { MACROS = sizeof macros / sizeof macros[0] };

int
miltermacro_find(const char *name, size_t n)
{
	const char *m;
	size_t len;
	int i;

	if (n > 2 && name[0] == '{' && name[n - 1] == '}') {
		name++;
		n -= 2;
	}
	for (i = 0; i < MACROS; i++) {
		m = macros[i].name;
		len = strlen(m);
		if (*m == '{') {
			m++;
			len -= 2;
		}
		if (len == n && memcmp(m, name, n) == 0)
			return i;
	}
	return -1;
}

/* a part of the line `tls`: version, cipher and more, with commas between */
static const char *
tls_part(const struct miltermail *m, unsigned part, size_t *n)
{
	const char *s = miltermail_fact(m, MILTERMAIL_TLS);

	for (; s != NULL && part > 0; part--) {
		s = strchr(s, ',');
		s = s == NULL ? NULL : s + 1;
	}
	*n = s == NULL ? 0 : strcspn(s, ",");
	return s;
}

/* who the client is: mail of this machine's programs comes from it */
static const char *
client(const struct miltermail *m)
{
	const char *ip = miltermail_fact(m, MILTERMAIL_CLIENT);

	return ip == NULL ? "127.0.0.1" : ip;
}

static const char *
client_name(const struct miltermail *m)
{
	const char *name = miltermail_fact(m, MILTERMAIL_CLIENT_NAME);

	return name != NULL                                 ? name
	    : miltermail_fact(m, MILTERMAIL_CLIENT) == NULL ? "localhost"
							    : "unknown";
}

/* those that are no more than a string; NULL: no value */
static const char *
value(const struct miltermail *m, enum value v, const char *rcpt)
{
	const char *from = miltermail_fact(m, MILTERMAIL_FROM);
	const char *user = miltermail_fact(m, MILTERMAIL_USER);

	switch (v) {
	case ME: return m->me;
	case VERSION: return "rohrpost";
	case DAEMON: return m->daemon;
	case ADDR: return client(m);
	case NAME: return client_name(m);
	case PORT: return miltermail_fact(m, MILTERMAIL_PORT);
	case RESOLVE:
		return strcmp(client_name(m), "unknown") == 0 ? "FAIL" : "OK";
	/* which mechanism it was the envelope does not say, but that he has
	 * logged in is what filters look for */
	case AUTH_TYPE: return user == NULL ? NULL : "AUTH";
	case AUTHEN: return user;
	case MAIL_ADDR: return from;
	case MAIL_HOST: return from == NULL ? NULL : miltermail_domain(from);
	case JOB: return miltermail_fact(m, MILTERMAIL_JOB);
	case RCPT_ADDR: return rcpt;
	case RCPT_HOST: return rcpt == NULL ? NULL : miltermail_domain(rcpt);
	default: return NULL;
	}
}

/* name and value; 0, or -1 with ENOMEM */
static int
put(struct buf *b, const char *name, const char *p, size_t n)
{
	return milterpacket_texts(b, name) == -1 ||
		milterpacket_text(b, p, n) == -1
	    ? -1
	    : 0;
}

static int
put_origin(struct buf *b, const struct miltermail *m)
{
	return milterpacket_texts(b, "_") == -1 ||
		buf_printf(b, "%s [%s]", client_name(m), client(m)) == -1 ||
		buf_putc(b, '\0') == -1
	    ? -1
	    : 0;
}

static int
put_one(struct buf *b, const struct miltermail *m, unsigned i, const char *rcpt)
{
	const char *s;
	size_t n;

	switch (macros[i].value) {
	case ORIGIN: return put_origin(b, m);
	case TLS_VERSION: s = tls_part(m, 0, &n); break;
	case CIPHER: s = tls_part(m, 1, &n); break;
	default:
		s = value(m, macros[i].value, rcpt);
		n = s == NULL ? 0 : strlen(s);
	}
	return s == NULL ? 0 : put(b, macros[i].name, s, n);
}

int
miltermacro_put(struct buf *b, const struct milterterms *t,
    const struct miltermail *m, enum milter_stage stage, char command,
    const char *rcpt)
{
	unsigned i;
	size_t at, none;

	if (milterpacket_begin(b, MILTER_MACRO, &at) == -1 ||
	    buf_putc(b, command) == -1)
		return -1;
	none = buf_len(b);
	for (i = 0; i < MACROS; i++) {
		if (t->chosen & 1u << stage ? !(t->macros[stage] & 1u << i)
					    : !(macros[i].stages & 1u << stage))
			continue;
		if (put_one(b, m, i, rcpt) == -1)
			return -1;
	}
	if (buf_len(b) == none)
		b->end -= none - at;
	else
		milterpacket_end(b, at);
	return 0;
}
