#ifndef CLIENT_CLIENTRUN_H
#define CLIENT_CLIENTRUN_H

#include "base/list.h"
#include "base/table.h"
#include "client/clientcheck.h"
#include "conf/local.h"
#include "conf/softtable.h"
#include "dns/dnsrun.h"

/*
 * Asks everything about a client at once, client/clientcheck.h, within one
 * deadline: a list that is slow or dead holds nobody up for longer, and no
 * other list at all.
 */
enum {
	CLIENTRUN_DEADLINE_MS = 5000,
	/* so many clients in a row for which a list did not answer, and it is
	 * not asked for a while */
	CLIENTRUN_DEAD_MIN = 5,
	CLIENTRUN_DEAD_MS = 60000,
	/* questions to one list at a time: a slow one must not take all that
	 * dns/resolve asks at once */
	CLIENTRUN_ASKED_MAX = 32
};

/* what is known of a list */
struct clientrun_list {
	unsigned failed; /* in a row */
	unsigned asked;
	int64_t until_ms;    /* it is dead until then */
	struct list waiting; /* parts */
};

/* rules as they were when a check began: they stay until it ends, also when
 * a new table is in force */
struct clientrun_rules {
	unsigned users;
	struct clientrun_list list[CLIENTS_LISTS_MAX];
	struct clients_rules rules;
};

/* the file `clients` of a configuration directory */
struct clientrun_conf {
	struct resolve *dns; /* set by who has it */
	struct table table;
	struct clientrun_rules *now;
	/* what is ours */
	const char *me;
	struct softtable local_table;
	struct local_default by_default;
	struct lookup local;
	struct hostaddr_policy here;
};

/* a table that is not there means no rules, unless its text is there; ends
 * the program when it cannot be used.  confdir NULL: no rules.  me, this
 * host's name, must stay */
void clientrun_open(struct clientrun_conf *, const char *confdir,
    const char *me);

struct clientrun_part {
	struct list_node line; /* first; of those that wait */
	struct clientcheck_item *item;
	struct dnsrun run;
	struct clientrun *owner;
	enum { CLIENTRUN_OVER, CLIENTRUN_WAITS, CLIENTRUN_ASKS } state;
};

/* one client; belongs to the caller, all zero before */
struct clientrun {
	struct resolve *dns;
	struct clientrun_rules *rules;
	struct clientcheck_item *item;
	struct clientrun_part *part;
	unsigned n, left;
	int64_t end_ms;
	struct loop_timer timer; /* for those that wait */
	void (*done)(void *arg);
	void *arg;
};

/*
 * clientrun_start - ask
 *
 * facts must stay until done(), and what is ours in them is filled in here; which comes from the event loop, or from in
 * here when there is nothing to ask.
 */
void clientrun_start(struct clientrun *, struct clientrun_conf *,
    struct clientcheck_facts *, int64_t deadline_ms, void (*done)(void *),
    void *arg);
/* done or not: nothing of it is left, done() does not come */
void clientrun_free(struct clientrun *);

#endif
