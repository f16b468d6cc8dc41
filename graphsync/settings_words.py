"""What each setting should be and where a person finds it: the words of every settings message."""

MAKE_A_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)

EXPLAINED = {  # setting -> (what it should be, where to find or how to make it)
    "tenant_id": (
        "the directory (tenant) ID, a GUID, or a verified domain of the tenant",
        "you find it in the Entra admin centre under Overview",
    ),
    "client_id": (
        "the application (client) ID of the registered app, a GUID",
        "you find it in the Entra admin centre under App registrations, your app, Overview",
    ),
    "client_secret": (
        "the value of a client secret of the app (not its ID)",
        "you make one in the Entra admin centre under Certificates & secrets",
    ),
    "client_certificate_path": (
        "the path of a readable PEM file that holds the app's certificate and its private key",
        "upload the certificate alone in the Entra admin centre under Certificates & secrets",
    ),
    "managed_identity": (
        "true or false",
        "true only on an Azure machine whose managed identity holds the permissions",
    ),
    "authority": (
        "the bare https origin of the sign-in service, without a path",
        "leave it out for Microsoft's; graphsync sandbox serve prints its own",
    ),
    "graph_url": (
        "the https address of Microsoft Graph with its version",
        "leave it out for Microsoft's; graphsync sandbox serve prints its own",
    ),
    "management_url": (
        "the https address of the Office 365 Management API, such as https://manage.office.com",
        "leave it out for Microsoft's; graphsync sandbox serve prints its own",
    ),
    "ca_file": (
        "the path of a readable PEM file of trusted certificate authorities",
        "leave it out for Microsoft's; graphsync sandbox serve prints its own",
    ),
    "data_dir": (
        "a folder that graphsync may write to",
        "leave it out for the folder data beside you",
    ),
    "database_url": (
        "sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
        "leave it out for SQLite in the data folder",
    ),
    "roster_path": (
        "the folder that holds one folder of SIMS exports for each school",
        "docs/sims.md says how SIMS writes them",
    ),
    "packs_dir": (
        "an existing folder with a pack SCHOOL.yaml for each school",
        "leave it out for the packs that graphsync ships",
    ),
    "seal_key": (
        "a Fernet key, 44 characters, or several separated by commas, the newest first",
        f"{MAKE_A_KEY} makes one; keep a copy, since sealed passwords cannot be read without it",
    ),
    "stamp": (
        "employeeId, extensionAttribute1 … extensionAttribute15 or a directory extension",
        "leave it out for employeeId",
    ),
    "write_quota": (
        "writes per seconds, like 3000/150s",
        "leave it out for the limit that Microsoft documents",
    ),
    "verify_wait": (
        "a number of seconds above nought",
        "leave it out for 120",
    ),
    "mail_from": (
        "the address of a mailbox of the tenant, such as ict-office@school.example",
        "leave it out to send no mail",
    ),
    "parents_url": (
        "the bare https origin where parents reach their page, such as https://ask.school.example",
        "it is where the listener of graphsync serve --parents can be reached from outside",
    ),
    "public_url": (
        "the bare https origin of the console (http on localhost), like https://ict.school.example",
        "it is where the listener of graphsync serve --staff can be reached",
    ),
    "access_file": (
        "the path of a readable YAML file that says who reaches which schools",
        "docs/console.md shows one; leave it out where there is one school",
    ),
    "colour": (
        "the organisation's colour as #rrggbb",
        "leave it out for graphsync's own",
    ),
    "step_up": (
        "minutes, 0 to 480, for which a sign-in is fresh enough for what has no way back",
        "leave it out for 10; 0 asks nobody to sign in again",
    ),
    "sync_at": (
        "a time of day in London as HH:MM, or off",
        "leave it out for 02:00; off where a timer of yours starts graphsync sync",
    ),
    "remind_at": (
        "a time of day in London as HH:MM, or off",
        "leave it out for 16:00",
    ),
    "dlp_pull": (
        "true or false",
        "leave it out for true; false where a timer of yours starts graphsync dlp pull",
    ),
    "ping_url": (
        "an https address that is called after every night, /fail behind it after a broken one",
        "a watching service gives you one; it tells you when a night was missed",
    ),
}
