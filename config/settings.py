"""Settings of one installation. This module alone reads the environment.

Each setting is an environment variable: ``KAIGONG_`` and the field's name in capitals, or the name
its description gives. ``docs/settings.md`` is written from this file (``make docs``).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import cached_property, lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, IPvAnyNetwork, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "KAIGONG_"


def default_data_dir() -> Path:
    """``.kaigong`` in the working folder where one exists, else the user's own data folder.

    ``make run`` works in a checkout and keeps its data there; an installed ``kaigong`` finds the
    same data from whatever folder it is called in.
    """
    local = Path.cwd() / ".kaigong"
    if local.is_dir():
        return local
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "kaigong"


class Settings(BaseSettings):
    """What one installation chooses; every value has a default that works on one machine."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, validate_default=True, env_ignore_empty=True
    )

    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder for everything kept on this machine: the embedded databases, uploaded "
        "materials, logs, the generated secret. Default: `.kaigong` in the working folder when "
        "it exists, else `~/.local/share/kaigong`.",
    )
    database_url: str | None = Field(
        None,
        description="A PostgreSQL of one's own, as `postgresql://user:password@host/kaigong`. "
        "Unset: the embedded one in the data folder.",
    )
    database_owner_url: str | None = Field(
        None,
        description="The same database as its owner, who alone migrates it and restores backups; for "
        "`kaigong migrate`, `kaigong restore` and `kaigong up`, never for portal, relay and workers. Unset: "
        "the role of `KAIGONG_DATABASE_URL` owns the database and does it all.",
    )
    database_reader_url: str | None = Field(
        None,
        description="The same database as a role that only reads, for figures: `kaigong migrate` gives it "
        "the right to, secrets and papers left out.",
    )
    prefect_api_url: str | None = Field(
        None,
        validation_alias=AliasChoices("PREFECT_API_URL", "prefect_api_url"),
        description="A Prefect server of one's own, as `http://host:4200/api`. Unset: `kaigong up` "
        "starts one. Prefect's own variable: `PREFECT_API_URL`.",
    )
    prefect_auth: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("PREFECT_API_AUTH_STRING", "prefect_auth"),
        description="`user:password` for the Prefect server's API. Unset: a password that "
        "`kaigong up` makes once for its own server. Prefect's own variable: "
        "`PREFECT_API_AUTH_STRING`.",
    )
    prefect_port: int = Field(
        4210, ge=1, le=65535, description="Port of the Prefect server that `kaigong up` starts."
    )
    host: str = Field(
        "127.0.0.1",
        description="Address the portal listens on. The default answers this machine only; put a "
        "reverse proxy with TLS before any other.",
    )
    port: int = Field(8210, ge=1, le=65535, description="Port of the portal.")
    hosts: tuple[str, ...] = Field(
        (),
        description="Further names under which people reach the portal, as a JSON list; requests that "
        "name another one are refused. The name of `KAIGONG_PORTAL_URL` and this machine's own are known.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Bearer token for `/metrics`. Unset: `/metrics` answers only where the portal "
        "listens on this machine alone.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="Addresses or networks (10.42.0.0/16) of reverse proxies whose `X-Forwarded-For` tells where a "
        "request came from, separated by commas; everybody else's is ignored.",
    )
    portal_url: str | None = Field(
        None,
        description="Address of the portal as people type it, for links in notices and on "
        "certificates. Unset: `http://host:port`.",
    )
    language: Literal["zh-CN", "en"] = Field(
        "zh-CN", description="Language of the command line, and of people who chose none."
    )
    timezone: str = Field(
        "Asia/Shanghai", description="Zone in which days begin and end, as an IANA name."
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Key that signs sessions and links, at least 32 characters; the same on every "
        "machine of one installation. Unset: generated once into the data folder.",
    )
    session_hours: int = Field(
        12, ge=1, le=24 * 30, description="Hours after which a signed-in person signs in again."
    )
    session_idle_minutes: int = Field(
        120,
        ge=5,
        le=60 * 24 * 30,
        description="Minutes without a page being looked at after which a person signs in again.",
    )
    second_factor: bool = Field(
        True,
        description="Whether officers, window clerks, heads of the government, leaders and administrators sign in with "
        "the code of an authenticator app or a security key beside their password; everybody else may. `kaigong up --demo` switches it off.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="Address of an OpenID Connect provider 统一身份认证 by which people may sign in, exactly as it "
        "calls itself; `https://`, or this machine. Its return address is `/sign-in/provider/return` of the portal.",
    )
    oidc_client_id: str = Field("kaigong", description="What the provider calls this portal.")
    oidc_client_secret: SecretStr | None = Field(
        None,
        description="The portal's secret at the provider. Unset: a public client, by PKCE alone.",
    )
    oidc_login_claim: str = Field(
        "preferred_username",
        description="Claim in which the provider names the login of an account here, for the first sign-in; "
        "from then on its own subject counts. An `email` counts only when it is verified.",
    )
    oidc_name: str = Field(
        "OpenID", description="What people call the provider, on the sign-in page."
    )
    oidc_second_factor: bool = Field(
        False,
        description="Whether the provider asks for a second factor itself, so that ours is not asked for after it.",
    )
    upload_limit_mb: int = Field(
        50, ge=1, le=2048, description="Largest material that may be uploaded, in megabytes."
    )
    requests_per_minute: int = Field(
        1200,
        ge=10,
        description="Requests that one person, or one address where nobody is signed in, may send within "
        "a minute to all portals together, Prefect's pages among them.",
    )
    upload_mb_per_hour: int = Field(
        2000, ge=1, description="Megabytes that one account may upload within an hour."
    )
    upload_waiting_mb: int = Field(
        2000,
        ge=1,
        description="Megabytes that one account may have uploaded without handing them in; what nobody "
        "hands in is removed after a day.",
    )
    mail_url: SecretStr | None = Field(
        None,
        description="Mail server for notices, as an Apprise URL such as "
        "`mailtos://user:password@host?from=kaigong@example.org`. Unset: no mail is sent.",
    )
    notice_urls: tuple[SecretStr, ...] = Field(
        (),
        description="Apprise URLs that get every alert beside the people concerned (WeCom, "
        "DingTalk, Feishu, a webhook), as a JSON list.",
    )
    notice_hosts: tuple[str, ...] = Field(
        ("qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn"),
        description="Hosts to which channels may lead, as a JSON list: WeCom, DingTalk and Feishu, unless "
        "it says otherwise. Everything goes over https or mail with TLS, and to addresses outside.",
    )
    notice_networks: tuple[IPvAnyNetwork, ...] = Field(
        (),
        description="Networks inside to which channels may lead as well, without encryption too, as a "
        'JSON list: a gateway of one\'s own, or `["127.0.0.0/8"]` for tests on one machine.',
    )
    notice_timeout_seconds: float = Field(
        10.0, gt=0, le=120, description="How long one notice may take before it is tried again."
    )
    scenario_second_approval: bool = Field(
        True,
        description="Whether a scenario that one administrator wants to publish in the portal needs "
        "the approval of another. `false` where there is only one administrator.",
    )
    worker_concurrency: int = Field(
        4, ge=1, le=64, description="Lifecycle wake-ups that one worker runs at once."
    )
    database_pool_size: int = Field(
        10, ge=1, le=200, description="Connections to PostgreSQL that one process keeps."
    )
    clock_file: Path | None = Field(
        None,
        description="File that tells the time instead of the machine, for rehearsals on a simulated "
        "calendar. Never set it where real approvals run.",
    )
    rare_fonts: Path | None = Field(
        None,
        description="Folder with font files for rare characters in names and places (extensions B and later of "
        "Unicode, as in BabelStone Han, Hanazono Mincho or Plangothic) that the font of the documents lacks; used "
        "for those alone. Unset: such a character is refused where it is typed.",
    )
    wal_archive: Path | None = Field(
        None,
        description="Folder into which the embedded PostgreSQL copies its log of changes, at least once a "
        "minute, for `kaigong restore --until`: choose one on another disk. Unset: nothing is copied.",
    )
    anchor_dir: Path | None = Field(
        None,
        description="Folder into which the heads of all logs are signed each day: choose one on another "
        "machine, which whoever administers the database cannot write. Unset: `anchors` in the data "
        "folder.",
    )
    anchor_url: str | None = Field(
        None,
        description="Address that is told each day's signed heads as well, by POST. Unset: nobody is told.",
    )
    anchor_keys: tuple[str, ...] = Field(
        (),
        description="Public keys that earlier anchors were signed with, as a JSON list of the `key` in "
        "their files: needed where the installation's key was changed.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least important log event that is written."
    )
    log_format: Literal["text", "json"] = Field(
        "text",
        description="How log lines are written: for people, or one JSON object a line for whoever gathers logs; "
        "entries of the security log are among them (`security_event`).",
    )

    @field_validator("data_dir", "wal_archive", "rare_fonts")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @field_validator("database_url", "database_owner_url", "database_reader_url")
    @classmethod
    def _with_driver(cls, value: str | None) -> str | None:
        """SQLAlchemy's name of the driver is added where a plain PostgreSQL URL leaves it out."""
        if value is None:
            return None
        scheme, separator, rest = value.partition("://")
        if not separator or scheme not in {"postgres", "postgresql", "postgresql+psycopg2"}:
            message = "a PostgreSQL URL begins with postgresql://"
            raise ValueError(message)
        return f"postgresql+psycopg2://{rest}"

    @field_validator("portal_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        """The address stands on certificates for ever: it has to be one that a browser opens."""
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = (
                "an address as people type it begins with https:// or http:// and names a host"
            )
            raise ValueError(message)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses_or_networks(cls, value: str) -> str:
        """A word that is neither would be no proxy, and everybody would come from one address."""
        for part in value.split(","):
            try:
                ip_network(part.strip())
            except ValueError as error:
                message = (
                    f"{part.strip()!r} is neither an address nor a network such as 10.42.0.0/16"
                )
                raise ValueError(message) from error
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _reached_safely(cls, value: str | None) -> str | None:
        """What a provider says is believed: nobody on the way may change it."""
        if value is None:
            return None
        parts = urlsplit(value)
        here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if parts.scheme != "https" and not (parts.scheme == "http" and here):
            message = "a provider is reached by https://, or by http:// on this machine"
            raise ValueError(message)
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            message = "not an IANA time zone such as Asia/Shanghai"
            raise ValueError(message) from error
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:  # noqa: PLR2004
            message = "at least 32 characters"
            raise ValueError(message)
        return value

    @cached_property
    def signing_key(self) -> str:
        """The key that signs sessions and links; generated once into the data folder when unset."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        return _generated_key(self.data_dir / "secret_key")

    @property
    def fingerprint(self) -> str | None:
        """What tells this installation from another; ``None`` where its key was not made yet."""
        made = self.secret_key is not None or (self.data_dir / "secret_key").exists()
        if not made:
            return None
        return hashlib.sha256(b"kaigong installation " + self.signing_key.encode()).hexdigest()[:16]

    @property
    def reachable_from_outside(self) -> bool:
        """Whether :attr:`public_url` leads other machines to the portal; certificates carry it."""
        host = urlsplit(self.public_url).hostname or ""
        return host not in {"0.0.0.0", "::", "localhost", "::1"} and not host.startswith("127.")  # noqa: S104

    @property
    def public_url(self) -> str:
        """Address of the portal as people type it, without a slash at its end."""
        return (self.portal_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def prefect_url(self) -> str:
        """Address of the Prefect API that this installation uses."""
        return self.prefect_api_url or f"http://127.0.0.1:{self.prefect_port}/api"

    @property
    def prefect_credentials(self) -> str | None:
        """``user:password`` for the Prefect API: what is set, else what ``kaigong up`` made for its own
        server; ``None`` for a server of someone else's without one, and before the first start.
        """
        if self.prefect_auth is not None:
            return self.prefect_auth.get_secret_value()
        if self.prefect_api_url is not None or not self._prefect_password.exists():
            return None
        return f"kaigong:{self._prefect_password.read_text()}"

    def make_prefect_credentials(self) -> str:
        """The same for a server that is about to start; its password is made once, at random."""
        if self.prefect_auth is None:
            _generated_key(self._prefect_password)
        return self.prefect_credentials or ""

    @property
    def _prefect_password(self) -> Path:
        return self.data_dir / "prefect_password"

    @property
    def owner_url(self) -> str | None:
        """The database as its owner; ``None`` for the embedded one that nobody started yet."""
        return self.database_owner_url or self.database_url

    @property
    def uploads_dir(self) -> Path:
        """Folder of uploaded materials and issued documents."""
        return self.data_dir / "files"

    @property
    def anchors_folder(self) -> Path:
        """Folder of the signed heads."""
        folder = self.anchor_dir or self.data_dir / "anchors"
        return folder.expanduser().absolute()

    @property
    def logs_dir(self) -> Path:
        """Folder of the log files that the parts started by ``kaigong up`` write."""
        return self.data_dir / "logs"


def _generated_key(path: Path) -> str:
    """The key kept in ``path``; written there first, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        # Two processes may start at once: a link is made by one of them only.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once; ``get_settings.cache_clear()`` reads them again."""
    return Settings()


def child_environment(**changes: str) -> dict[str, str]:
    """The environment for a process we start: ours, with ``changes``."""
    return {**os.environ, **changes}


def set_environment(**changes: str) -> None:
    """Sets variables for this process and those it starts, and forgets the settings read so far."""
    os.environ.update(changes)
    get_settings.cache_clear()
