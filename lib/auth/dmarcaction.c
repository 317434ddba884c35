#include "auth/dmarcaction.h"
#include "base/die.h"
#include "conf/tablelookup.h"
#include "conf/tableopen.h"
#include <string.h>

void
dmarcaction_open(struct dmarcaction *d, const char *confdir)
{
	tableopen(&d->table, confdir, "auth");
}

/* the newest seal of a chain that passes is by somebody we believe */
static int
trusted(const struct judge *j, const struct lookup *table)
{
	char domain[DNSQ_NAME_MAX + 1];
	const struct dkim_arc *a = &j->dkim.arc;

	if (a->result != DKIM_PASS || a->domain_len > DNSQ_NAME_MAX)
		return 0;
	memcpy(domain, a->domain, a->domain_len);
	domain[a->domain_len] = '\0';
	return auth_trusted(table, domain) == 1;
}

/* the strictest policy of those that From mentions and nobody vouches for,
 * where some are not excepted of those; 1 if all are */
static int
mentioned(const struct judge *j, const struct lookup *table,
    struct authresult_end *end)
{
	const struct mention *m = &j->author.mention;
	unsigned i;
	int all = m->n > 0 && !m->more, except[MENTION_DOMAINS_MAX];

	for (i = 0; i < m->n; i++) {
		except[i] = auth_excepted(table, m->domain[i]) == 1;
		all &= except[i];
	}
	for (i = 0; i < m->n; i++)
		if ((all || !except[i]) && j->mentioned[i] > end->policy) {
			end->policy = j->mentioned[i];
			end->domain = m->domain[i];
		}
	/* nobody asks for all of so many */
	if (m->more)
		end->policy = DMARC_P_REJECT;
	return all;
}

/* who is asked, and is he excepted? */
static int
whose(const struct judge *j, const struct lookup *table,
    struct authresult_end *end)
{
	if (j->author.how != AUTHOR_FOUND)
		return mentioned(j, table, end);
	end->policy = dmarc_policy(&j->dmarc.found);
	end->domain = j->author.domain;
	return end->policy != DMARC_P_NONE &&
	    auth_excepted(table, end->domain) == 1;
}

/* by the table, for mail that is not proven to be anybody's */
static enum auth_action
act(const struct judge *j, const struct lookup *table,
    const struct auth_rules *rules, struct authresult_end *end)
{
	static const char *const disposition[] = { "none", "quarantine",
		"quarantine", "reject" };
	enum auth_action a = AUTH_POLICY;
	int excepted = whose(j, table, end);

	if (j->author.how != AUTHOR_FOUND)
		a = rules->permerror;
	if (a == AUTH_POLICY && end->policy == DMARC_P_NONE)
		return AUTH_REPORT;
	if (excepted) {
		end->override = "local_policy: this domain is excepted";
		return AUTH_REPORT;
	}
	if (trusted(j, table)) {
		end->override = "trusted_forwarder: arc=pass";
		return AUTH_REPORT;
	}
	if (a == AUTH_POLICY)
		a = end->policy == DMARC_P_REJECT ? rules->reject
						  : rules->quarantine;
	end->disposition = disposition[a];
	if (strcmp(end->disposition, dmarc_policy_word(end->policy)) != 0)
		end->override = "local_policy";
	return a;
}

enum auth_action
dmarcaction_decide(struct dmarcaction *d, const struct judge *j,
    struct authresult_end *end, unsigned *hold_s)
{
	/* a table that was never there is empty */
	const struct lookup table = { tablelookup_get_open, &d->table };
	enum dmarc_result r = judge_dmarc(j);
	struct auth_rules rules;

	*end = (struct authresult_end){ "", DMARC_P_NONE, "none", "" };
	*hold_s = 0;
	if (r != DMARC_FAIL && r != DMARC_PERMERROR)
		return AUTH_REPORT;
	if (d->table.path != NULL)
		table_check(&d->table);
	if (auth_rules(&table, &rules) == -1) {
		warn("%s is damaged", d->table.path);
		return AUTH_REPORT;
	}
	*hold_s = rules.hold_s;
	return act(j, &table, &rules, end);
}
