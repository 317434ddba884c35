#include "dns/allowopt.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"

void
allowopt_take(int option, const char *text, struct hostaddr_policy *p,
    struct hostaddr_prefix room[ALLOWOPT_MAX])
{
	if (p->n_allow == ALLOWOPT_MAX)
		die(EXIT_PERM, "more than %d times -%c", ALLOWOPT_MAX, option);
	if (hostaddr_prefix_scan(text, &room[p->n_allow]) == -1)
		opt_bad(option, text, "an address or a prefix");
	p->allow = room;
	p->n_allow++;
}
