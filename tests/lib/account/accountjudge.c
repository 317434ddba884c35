/* a credential that is shown: each reason to refuse it, and what it gives */
#include "account/accountjudge.h"
#include "tap.h"

static struct account_found f;
static struct accountwire_answer a;

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

static void
fresh(void)
{
	memset(&f, 0, sizeof f);
	memset(&a, 0, sizeof a);
	f.role = ACCOUNT_USER;
	f.scopes = ACCOUNT_SCOPES_ALL;
	strcpy(f.number, "1f0a000000000001");
	strcpy(f.org, "acme");
	strcpy(f.tenant, "acme-mail");
	strcpy(f.org_senders, "@a.example,@b.example");
	strcpy(f.senders, "@a.example,x@b.example,@c.example");
}

static enum accountwire_status
judge(int64_t now, const char *ip)
{
	is_num(accountjudge(&f, now, slice(ip), &a), 0, "judged");
	return a.status;
}

static void
good(void)
{
	fresh();
	is_num(judge(1000, "192.0.2.1"), ACCOUNTWIRE_OK, "good");
	is_str(a.org, "acme", "its organisation");
	is_str(a.tenant, "acme-mail", "tenant");
	is_str(a.key, "1f0a000000000001", "number");
	is_str(a.user, "", "nobody's");
	is_str(a.senders, "@a.example,x@b.example", "what both let");
	is_num(a.scopes, ACCOUNT_SCOPES_ALL, "its scopes");
	is_num(a.role, ACCOUNT_USER, "its role");
	f.has_user = 1;
	f.user_role = ACCOUNT_ORGADMIN;
	strcpy(f.user, "ann");
	strcpy(f.user_org, "ACME");
	judge(1000, "");
	is_str(a.user, "ann", "ann's");
	strcpy(f.user_org, "other");
	judge(1000, "");
	is_str(a.user, "other/ann", "of another organisation");
}

static void
refused(void)
{
	fresh();
	f.revoked = 1;
	is_num(judge(1000, ""), ACCOUNTWIRE_NO, "revoked");
	is_str(a.text, "the key was revoked", "is said");
	is_str(a.org, "", "and nothing else");
	fresh();
	f.expires_s = 1000;
	is_num(judge(999, ""), ACCOUNTWIRE_OK, "a second before its end");
	fresh();
	f.expires_s = 1000;
	is_num(judge(1000, ""), ACCOUNTWIRE_NO, "at its end");
	fresh();
	strcpy(f.clients, "192.0.2.0/24");
	is_num(judge(1000, "192.0.2.1"), ACCOUNTWIRE_OK, "its address");
	is_num(judge(1000, "192.0.3.1"), ACCOUNTWIRE_NO, "another one");
	fresh();
	strcpy(f.clients, "192.0.2.0/24");
	is_num(judge(1000, ""), ACCOUNTWIRE_NO, "or none");
	fresh();
	f.suspended = 1;
	is_num(judge(1000, ""), ACCOUNTWIRE_OFF, "suspended");
	f.revoked = 1;
	is_num(judge(1000, ""), ACCOUNTWIRE_NO, "and revoked");
	fresh();
	f.has_user = f.user_disabled = 1;
	is_num(judge(1000, ""), ACCOUNTWIRE_NO, "its user is disabled");
}

/* a key's role, its user's, and what is left; a row for each of the key's */
static const char left[ACCOUNT_ROLES][ACCOUNT_ROLES + 1] = {
	/* a o g u r */
	"aogur", /* admin */
	"oorrr", /* operator */
	"grgur", /* orgadmin */
	"uruur", /* user */
	"rrrrr", /* readonly */
};

static void
roles(void)
{
	const char letters[] = "aogur";
	enum account_role both;
	int k, u, c, less = 1;
	char name[60];

	for (k = 0; k < ACCOUNT_ROLES; k++)
		for (u = 0; u < ACCOUNT_ROLES; u++) {
			both = account_role_both((enum account_role)k,
			    (enum account_role)u);
			snprintf(name, sizeof name, "a key of %s of %s",
			    account_roles[k], account_roles[u]);
			is_num(letters[both], left[k][u], name);
			for (c = 0; c < ACCOUNT_CALLS; c++)
				less &=
				    account_may(both, (enum account_call)c) <=
					account_may((enum account_role)k,
					    (enum account_call)c) &&
				    account_may(both, (enum account_call)c) <=
					account_may((enum account_role)u,
					    (enum account_call)c);
		}
	ok(less, "never more than either may");
}

#define T "POST\n/x?\n1000\n00ff00ff\ne3b0"
static const struct {
	const char *time, *nonce, *text;
	int64_t now, began;
	int good;
} signs[] = {
	{ "1000", "00ff00ff", T, 1000, 0, 1 },
	{ "1000", "00ff00ff", T, 1300, 0, 1 },
	{ "1000", "00ff00ff", T, 1301, 0, 0 },
	{ "1000", "00ff00ff", T, 700, 0, 1 },
	{ "1000", "00ff00ff", T, 699, 0, 0 },
	{ "1000", "00ff00ff", T, 1000, 1000, 1 },
	{ "1000", "00ff00ff", T, 1000, 1001, 0 },
	{ "1001", "00ff00ff", T, 1000, 0, 0 },
	{ "01000", "00ff00ff", T, 1000, 0, 0 },
	{ "", "00ff00ff", T, 1000, 0, 0 },
	{ "-1", "00ff00ff", T, 1000, 0, 0 },
	{ "1000", "00FF00ff", T, 1000, 0, 0 },
	{ "1000", "", "POST\n/x?\n1000\n\ne3b0", 1000, 0, 0 },
	{ "1000", "00ff00f", "POST\n/x?\n1000\n00ff00f\ne3b0", 1000, 0, 0 },
	{ "1000", "00ff00fg", "POST\n/x?\n1000\n00ff00fg\ne3b0", 1000, 0, 0 },
	{ "1000", "00ff00ff", "POST\n/x?\n1000\n00ff00ff", 1000, 0, 0 },
	{ "1000", "00ff00ff", T "\n", 1000, 0, 0 },
	{ "1000", "00ff00ff", "", 1000, 0, 0 },
	{ "99999999999999999999", "00ff00ff", T, 1000, 0, 0 },
};

static void
signatures(void)
{
	struct accountwire_question q = { .id = 1 };
	size_t i;

	for (i = 0; i < sizeof signs / sizeof *signs; i++) {
		q.value[ACCOUNTWIRE_TIME] = slice(signs[i].time);
		q.value[ACCOUNTWIRE_NONCE] = slice(signs[i].nonce);
		q.value[ACCOUNTWIRE_SIGNED] = slice(signs[i].text);
		is_num(accountjudge_signed(&q, signs[i].now, signs[i].began) ==
			NULL,
		    signs[i].good, signs[i].time);
	}
	memset(&q, 0, sizeof q);
	ok(accountjudge_signed(&q, 0, 0) != NULL, "nothing is said");
}

int
main(void)
{
	good();
	refused();
	roles();
	signatures();
	return done();
}
