#include "send/job.h"
#include "base/ascii.h"
#include "base/num.h"
#include "send/hostlist.h"
#include "send/jobrelay.h"
#include "send/jobtls.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const labels[SENDJOB_LABELS] = { "id", "n", "from", "to",
	"file", "off", "size", "body", "smtputf8", "ret", "envid", "notify",
	"orcpt", "mx", "conn", "msgs-per-conn", "try", "tls-from", "tlsa",
	"mx-secure", "sts", "sts-id", "sts-bad", "domain", "mt-priority",
	"deliver-by", "verify", "ms-dns", "doubt-host", "mx-groups",
	"smarthost", "site", "provider", "via", "src", "proto", "helo", "bind",
	"bind6", "tls", "tls-else", "tls-names", "tls-pins", "login",
	"client-cert", "implicit", "requiretls", "bdat", "socks", "socks-login",
	"proxy" };

static void
sort_fields(struct sendjob *j)
{
	const struct ltsv_field *f = j->line.f, *end = f + j->line.n;
	unsigned i;

	for (; f < end; f++)
		for (i = 0; i < SENDJOB_LABELS; i++)
			if (f->label[0] == labels[i][0] && j->f[i] == NULL &&
			    strncmp(labels[i], f->label, f->label_len) == 0 &&
			    labels[i][f->label_len] == '\0') {
				j->f[i] = f;
				break;
			}
}

static int
number(const struct sendjob *j, enum sendjob_label i, uint64_t max,
    uint64_t *out)
{
	const struct ltsv_field *f = j->f[i];

	return f == NULL ? -1 : num_scan(f->value, f->value_len, 0, max, out);
}

/* do the values fit, and hold no NUL, which would cut them short? */
static const char *
check_text(const struct sendjob *j)
{
	char t[SENDJOB_TEXT_MAX];
	size_t i, text = 0;
	long n;

	for (i = 0; i < SENDJOB_LABELS; i++) {
		if (j->f[i] == NULL)
			continue;
		text += j->f[i]->value_len;
		if (text >= sizeof t)
			return "too long";
		if (memchr(j->f[i]->value, '\\', j->f[i]->value_len) == NULL)
			continue;
		n = ltsv_value(j->f[i], t, sizeof t);
		if (n == -1 || strlen(t) != (size_t)n)
			return "NUL in a value";
	}
	return NULL;
}

/* nothing is to be sent.  Whoever has a message means it to be, whatever his
 * labels say: these a user's envelope may have brought */
static int
verifies(const struct sendjob *j)
{
	return j->f[SENDJOB_FILE] == NULL && ltsv_is(j->f[SENDJOB_VERIFY], "1");
}

static const char *
check(struct sendjob *j)
{

	if (j->f[SENDJOB_TO] == NULL || j->f[SENDJOB_FROM] == NULL)
		return "no from or to";
	if (!verifies(j) &&
	    (j->f[SENDJOB_FILE] == NULL ||
		number(j, SENDJOB_SIZE, INT64_MAX, &j->size) == -1))
		return "no file or size";
	if (j->f[SENDJOB_OFF] != NULL &&
	    number(j, SENDJOB_OFF, INT64_MAX, &j->off) == -1)
		return "bad off";
	if (j->f[SENDJOB_MX] == NULL)
		return "no mx";
	if (jobtls_fault(j) != NULL)
		return jobtls_fault(j);
	if (j->f[SENDJOB_CONNS] != NULL &&
	    number(j, SENDJOB_CONNS, 1000000, &j->conns) == -1)
		return "bad conn";
	if (j->f[SENDJOB_MSGS] != NULL &&
	    number(j, SENDJOB_MSGS, 1000000, &j->msgs) == -1)
		return "bad msgs-per-conn";
	return check_text(j);
}

const char *
sendjob_parse(const char *line, size_t n, struct sendjob *j)
{
	memset(j->f, 0, sizeof j->f);
	j->off = j->size = j->conns = j->msgs = j->attempt = j->dns_ms = 0;
	if (ltsv_parse(line, n, &j->line) == -1)
		return "no LTSV";
	sort_fields(j);
	if (j->f[SENDJOB_ID] == NULL ||
	    number(j, SENDJOB_N, UINT32_MAX, &j->n) == -1) {
		j->f[SENDJOB_ID] = NULL;
		return "no id or n";
	}
	if (number(j, SENDJOB_TRY, UINT32_MAX - 1, &j->attempt) == 0)
		j->attempt++;
	number(j, SENDJOB_MS_DNS, UINT32_MAX, &j->dns_ms);
	return check(j);
}

static int
good_address(const struct ltsv_field *f)
{
	char t[SMTPOUT_ADDRESS_MAX + 1];
	long n = ltsv_value(f, t, sizeof t);
	int utf8;

	return n != -1 && smtpout_address(t, n, &utf8);
}

enum sendjob_verdict
sendjob_addresses(const struct sendjob *j)
{
	if (!good_address(j->f[SENDJOB_FROM]))
		return SENDJOB_BAD_FROM;
	if (j->f[SENDJOB_TO]->value_len == 0 || !good_address(j->f[SENDJOB_TO]))
		return SENDJOB_BAD_TO;
	return SENDJOB_GOOD;
}

static int
needs_utf8(const char *address)
{
	for (; *address != '\0'; address++)
		if ((unsigned char)*address >= 0x80)
			return 1;
	return 0;
}

size_t
sendjob_key(const struct sendjob *j, char out[SENDJOB_KEY_MAX])
{
	int named =
	    j->f[SENDJOB_SITE] != NULL && j->f[SENDJOB_SITE]->value_len > 0;
	size_t at = 0, i, n;

	for (i = named ? SENDJOB_SITE : SENDJOB_MX; i < SENDJOB_LABELS; i++) {
		if (i > SENDJOB_MX && i < SENDJOB_SITE)
			continue;
		n = j->f[i] == NULL ? 0 : j->f[i]->value_len;
		if (at + n + 1 > SENDJOB_KEY_MAX)
			return 0;
		if (n > 0)
			memcpy(out + at, j->f[i]->value, n);
		at += n;
		out[at++] = '\t';
	}
	return at;
}

/* the value at *to, which moves behind it; NULL when there is none */
static char *
take(const struct sendjob *j, enum sendjob_label i, char **to)
{
	const struct ltsv_field *f = j->f[i];
	char *start = *to;

	if (f == NULL)
		return NULL;
	*to += ltsv_value(f, start, (size_t)f->value_len + 2) + 1;
	return start;
}

static int
good_helo(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= SMTPOUT_HELO_MAX && smtpout_params(s, n) &&
	    memchr(s, ' ', n) == NULL;
}

/* the same; an empty one is none */
static char *
take_name(const struct sendjob *j, enum sendjob_label i, char **to)
{
	char *name = take(j, i, to);

	return name == NULL || name[0] == '\0' ? NULL : name;
}

void
sendsite_bind(struct sendsite *s, const struct sendjob *j)
{
	const struct ltsv_field *b = j->f[SENDJOB_BIND];

	if (b != NULL)
		dial_scan_ip(b->value, b->value_len, &s->bind);
	b = j->f[SENDJOB_BIND6];
	if (b != NULL)
		dial_scan_ip(b->value, b->value_len, &s->bind6);
}

int
sendsite_fill(struct sendsite *s, const struct sendjob *j, const char *key,
    size_t n)
{
	char *p;

	memset(s, 0, sizeof *s);
	/* unescaped values are no longer than the key that holds them */
	s->key = malloc(2 * n + 8);
	if (s->key == NULL)
		return -1;
	memcpy(s->key, key, n);
	s->key_len = n;
	p = s->key + n;
	s->name = take(j, SENDJOB_SITE, &p);
	s->provider = take(j, SENDJOB_PROVIDER, &p);
	s->via = take(j, SENDJOB_VIA, &p);
	s->src = take(j, SENDJOB_SRC, &p);
	s->helo = take(j, SENDJOB_HELO, &p);
	s->login = take_name(j, SENDJOB_LOGIN, &p);
	s->cert = take_name(j, SENDJOB_CLIENT_CERT, &p);
	s->relay_login = take_name(j, SENDJOB_SOCKS_LOGIN, &p);
	jobrelay_fill(s, j);
	if (s->helo != NULL && !good_helo(s->helo))
		s->helo = NULL;
	s->lmtp = ltsv_is(j->f[SENDJOB_PROTO], "lmtp");
	s->bdat = ltsv_is(j->f[SENDJOB_BDAT], "1") ? SENDBDAT_YES
	    : ltsv_is(j->f[SENDJOB_BDAT], "0")     ? SENDBDAT_NO
						   : SENDBDAT_UNSAID;
	jobtls_fill(s, j, &p);
	sendsite_bind(s, j);
	return 0;
}

void
sendsite_free(struct sendsite *s)
{
	free(s->key);
}

/* NAME=value into *to when there is one that may stand in a command */
static void
param(const struct sendjob *j, enum sendjob_label i, const char *name,
    char **to, const char *start)
{
	char *p = *to, *value;

	if (j->f[i] == NULL || j->f[i]->value_len == 0)
		return;
	if (p > start)
		*p++ = ' ';
	p = stpcpy(p, name);
	value = p;
	take(j, i, &p);
	p--;
	if (smtpout_params(start, p - start) &&
	    memchr(value, ' ', p - value) == NULL)
		*to = p;
}

static char *
params(const struct sendjob *j, enum sendjob_label a, const char *a_name,
    enum sendjob_label b, const char *b_name, char **to)
{
	char *start = *to, *p = start;

	param(j, a, a_name, &p, start);
	param(j, b, b_name, &p, start);
	if (p == start)
		return NULL;
	*p++ = '\0';
	*to = p;
	return start;
}

static size_t
room(const struct sendjob *j, unsigned from, unsigned end)
{
	size_t n = 0;

	for (; from < end; from++)
		if (j->f[from] != NULL)
			n += j->f[from]->value_len + 16;
	return n + 16;
}

static void
take_rcpt(struct smtpout_rcpt *r, const struct sendjob *j, char *p)
{
	r->to = take(j, SENDJOB_TO, &p);
	r->dsn =
	    params(j, SENDJOB_NOTIFY, "NOTIFY=", SENDJOB_ORCPT, "ORCPT=", &p);
	r->n = j->n;
	r->attempt = j->attempt;
	r->state = SMTPOUT_WAITING;
}

/* how it is to travel; what is malformed was not said */
static void
take_travel(struct sendtxn *t, const struct sendjob *j)
{
	const struct ltsv_field *f = j->f[SENDJOB_PRIORITY];
	size_t n = f == NULL ? 0 : f->value_len;
	int minus = n > 1 && f->value[0] == '-';

	/* a report demands it of nobody */
	t->mail.requiretls = ltsv_is(j->f[SENDJOB_REQUIRETLS], "1") ||
	    ltsv_is(j->f[SENDJOB_REQUIRETLS], "may");
	if (n - (size_t)minus == 1 && ascii_digit(f->value[minus])) {
		t->mail.has_priority = 1;
		t->mail.priority = (signed char)(f->value[minus] - '0');
		if (minus)
			t->mail.priority = (signed char)-t->mail.priority;
	}
	f = j->f[SENDJOB_BY];
	if (f == NULL || deliverby(f->value, f->value_len, &t->by) == -1)
		t->by.mode = 0;
}

/* the tiers of the hosts into *to, which moves behind them; NULL: all are of
 * one */
static unsigned char *
take_tiers(const struct sendjob *j, const char *mx, char **to)
{
	const struct ltsv_field *f = j->f[SENDJOB_MX_GROUPS];
	unsigned char *tiers = (unsigned char *)*to;

	if (f == NULL || mx == NULL)
		return NULL;
	hostlist_tiers(mx, f->value, f->value_len, tiers);
	*to += hostlist_words(mx, SIZE_MAX);
	return tiers;
}

struct sendtxn *
sendtxn_new(const struct sendjob *j)
{
	struct sendtxn *t;
	char *p;

	t = malloc(sizeof *t + room(j, 0, SENDJOB_SITE) +
	    room(j, SENDJOB_MX, SENDJOB_MX + 1));
	if (t == NULL)
		return NULL;
	memset(t, 0, sizeof *t);
	p = t->text;
	t->id = take(j, SENDJOB_ID, &p);
	t->file = take(j, SENDJOB_FILE, &p);
	t->mx = take(j, SENDJOB_MX, &p);
	t->tiers = take_tiers(j, t->mx, &p);
	t->tls_from = take(j, SENDJOB_TLS_FROM, &p);
	t->tlsa = take(j, SENDJOB_TLSA, &p);
	t->mx_secure = take(j, SENDJOB_MX_SECURE, &p);
	t->sts = take(j, SENDJOB_STS, &p);
	t->sts_id = take(j, SENDJOB_STS_ID, &p);
	t->sts_bad = take(j, SENDJOB_STS_BAD, &p);
	t->domain = take(j, SENDJOB_DOMAIN, &p);
	t->doubt_host = take_name(j, SENDJOB_DOUBT_HOST, &p);
	t->mail.from = take(j, SENDJOB_FROM, &p);
	t->mail.dsn =
	    params(j, SENDJOB_RET, "RET=", SENDJOB_ENVID, "ENVID=", &p);
	t->mail.size = t->size = j->size;
	t->off = j->off;
	t->msgs = j->msgs;
	t->smarthost = (unsigned)ltsv_is(j->f[SENDJOB_SMARTHOST], "1");
	t->stages.dns = (uint32_t)j->dns_ms;
	t->mail.body8 = ltsv_is(j->f[SENDJOB_BODY], "8bit");
	take_travel(t, j);
	t->mail.verify = (unsigned)verifies(j);
	/* there is no header that could need it */
	t->mail.utf8 = !t->mail.verify && ltsv_is(j->f[SENDJOB_UTF8], "1");
	t->mail.rcpt = &t->one;
	t->mail.n_rcpt = t->rcpt_cap = 1;
	take_rcpt(&t->one, j, p);
	t->mail.utf8 |= needs_utf8(t->mail.from) || needs_utf8(t->one.to);
	return t;
}

/* NULL: not said */
static int
equal(const char *s, const struct ltsv_field *f)
{
	size_t n = s == NULL ? 0 : strlen(s);
	char t[SENDJOB_TEXT_MAX];

	if (f == NULL || s == NULL)
		return f == NULL && s == NULL;
	if (memchr(f->value, '\\', f->value_len) == NULL)
		return f->value_len == n && memcmp(s, f->value, n) == 0;
	return ltsv_value(f, t, sizeof t) == (long)n && memcmp(s, t, n) == 0;
}

int
sendtxn_same(const struct sendtxn *t, const struct sendjob *j)
{
	return equal(t->id, j->f[SENDJOB_ID]) &&
	    equal(t->mail.from, j->f[SENDJOB_FROM]) &&
	    equal(t->mx, j->f[SENDJOB_MX]) &&
	    equal(t->doubt_host, j->f[SENDJOB_DOUBT_HOST]) &&
	    t->mail.verify == (unsigned)verifies(j) &&
	    equal(t->tls_from, j->f[SENDJOB_TLS_FROM]) &&
	    equal(t->tlsa, j->f[SENDJOB_TLSA]) &&
	    (t->tlsa == NULL || equal(t->domain, j->f[SENDJOB_DOMAIN]));
}

static int
grow(struct sendtxn *t)
{
	unsigned cap = t->rcpt_cap * 4;
	struct smtpout_rcpt *r;

	if (t->mail.n_rcpt < t->rcpt_cap)
		return 0;
	r = realloc(t->mail.rcpt == &t->one ? NULL : t->mail.rcpt,
	    cap * sizeof *r);
	if (r == NULL)
		return -1;
	if (t->mail.rcpt == &t->one)
		*r = t->one;
	t->mail.rcpt = r;
	t->rcpt_cap = cap;
	return 0;
}

int
sendtxn_add(struct sendtxn *t, const struct sendjob *j)
{
	char *p;

	if (grow(t) == -1)
		return -1;
	p = malloc(room(j, SENDJOB_TO, SENDJOB_TO + 1) +
	    room(j, SENDJOB_NOTIFY, SENDJOB_ORCPT + 1));
	if (p == NULL)
		return -1;
	take_rcpt(&t->mail.rcpt[t->mail.n_rcpt], j, p);
	t->mail.utf8 |= needs_utf8(t->mail.rcpt[t->mail.n_rcpt++].to);
	return 0;
}

int
sendtxn_ascii(const struct sendtxn *t)
{
	unsigned i;

	for (i = 0; i < t->mail.n_rcpt; i++)
		if (needs_utf8(t->mail.rcpt[i].to))
			return 0;
	return !needs_utf8(t->mail.from);
}

int
sendtxn_again(struct sendtxn *t)
{
	unsigned i;

	for (i = 0; i < t->mail.n_rcpt; i++)
		if (t->mail.rcpt[i].state == SMTPOUT_DECIDED)
			return 0;
		else
			t->mail.rcpt[i].state = SMTPOUT_WAITING;
	t->mail.rset = t->mail.failed = t->mail.open = t->mail.data = 0;
	t->mail.last = 0;
	t->mail.chunks = t->mail.chunks_got = 0;
	t->mail.sent = t->mail.got = t->mail.accepted = t->mail.at = 0;
	t->retried++;
	return 1;
}

void
sendtxn_free(struct sendtxn *t)
{
	unsigned i;

	for (i = 1; i < t->mail.n_rcpt; i++)
		free((char *)t->mail.rcpt[i].to);
	if (t->mail.rcpt != &t->one)
		free(t->mail.rcpt);
	free(t);
}
