#include "import/pmta.h"

void
pmta_finish(struct pmta *p)
{
	pmta_pools(p);
	pmta_domains(p);
	pmta_replies(p);
	limits_finish(&p->limits, p->import);
	buf_free(&p->lines);
	buf_free(&p->macros);
}
