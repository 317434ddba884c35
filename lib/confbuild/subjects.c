#include "confbuild/subjects.h"
#include "accept/acceptfile.h"
#include "auth/auth.h"
#include "bounce/wording.h"
#include "client/clients.h"
#include "conf/local.h"
#include "failure/failurefile.h"
#include "failure/replyfile.h"
#include "conf/conffeedback.h"
#include "fix/rules.h"
#include "grey/white.h"
#include "local/users.h"
#include "policy/hookrule.h"
#include "queue/retry.h"
#include "recv/certs.h"
#include "recv/rcptfile.h"
#include "recv/relay.h"
#include "recv/senders.h"
#include "route/aliasfile.h"
#include "route/pools.h"
#include "route/prohibited.h"
#include "route/providerfile.h"
#include "route/routefile.h"
#include "ship/shipfile.h"
#include "sign/signersfile.h"
#include "suppress/suppressfile.h"
#include "throttle/throttlefile.h"
#include "tls/tlsconf.h"
#include "tlsout/tlsout.h"

const struct conffile *const confbuild_subjects[] = {
	&conffile_local,
	&conffile_pools,
	&conffile_prohibited,
	&conffile_providers,
	&conffile_aliases,
	&conffile_routes,
	&conffile_relay,
	&conffile_rcpt,
	&conffile_hooks,
	&conffile_throttle,
	&conffile_accept,
	&conffile_retry,
	&conffile_classes,
	&conffile_replies,
	&conffile_auth,
	&conffile_clients,
	&conffile_dkim,
	&conffile_grey,
	&conffile_fix,
	&conffile_feedback,
	&conffile_users,
	&conffile_senders,
	&conffile_certs,
	&conffile_tls,
	&conffile_tls_client,
	&conffile_tls_out,
	&conffile_bounces,
	&conffile_ship,
	&conffile_suppress,
	NULL,
};
