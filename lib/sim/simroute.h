#ifndef SIM_SIMROUTE_H
#define SIM_SIMROUTE_H

#include "route/providertable.h"
#include "route/routebreaker.h"
#include "route/spilling.h"
#include "route/tables.h"

/*
 * Where a configuration sends a recipient, without asking the DNS: what the
 * log has of the site stands for that.
 */
struct simroute {
	struct routing_conf conf;
	struct routetables tables;
	struct providertable providers;
	struct routing w;
	struct breakers breakers;
	struct spills spills; /* sources that have no more to give */
	struct buf site;      /* of hosts that a rule names */
};

enum simroute_what {
	SIMROUTE_REMOTE,
	SIMROUTE_LOCAL, /* past throttle */
	SIMROUTE_SENT,  /* it is thrown away */
	SIMROUTE_BOUNCED,
	SIMROUTE_DEFERRED,
	SIMROUTE_LATER /* its site cannot be reached: not before until_us */
};

/* slices are valid until the next call */
struct simroute_place {
	enum simroute_what what;
	int spills; /* another source may have it, if this has no more */
	struct slice site, domain, via, src, provider;
	const char *esc, *class, *text; /* of those that end here */
	int64_t until_us;
};

/* its tables; ends the program when one cannot be used, as route does */
void simroute_open(struct simroute *, const char *confdir);
/*
 * simroute_decide - where a job goes
 *
 * job     to be tried, as for routing_decide()
 * site    where the log says that it went; n 0: that is not known
 * provider  the same
 */
void simroute_decide(struct simroute *, const struct routing_job *,
    struct slice site, struct slice provider, int64_t now_us,
    struct simroute_place *);
/*
 * simroute_result - a result passes by
 *
 * Which sites can be reached is learned from it; of a `later' another source
 * may make something better: 1 with the line that counts in its place in out,
 * which is cleared first; 0
 */
int simroute_result(struct simroute *, const char *line, size_t n,
    int64_t now_us, struct buf *out);

#endif
