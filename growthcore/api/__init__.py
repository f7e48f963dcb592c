"""The plugin API: the only package of the core that a plugin imports.

Everything here is stable within a major :data:`API_VERSION`. Tables come from
:mod:`growthcore.api.db`, imported by its own name.
"""

from growthcore.api.admin import AdminPage
from growthcore.api.algorithms import (
    Algorithm,
    Arrays,
    History,
    InteractionChunk,
    Interactions,
    Key,
    RecommendRequest,
    Scored,
)
from growthcore.api.channels import (
    Capabilities,
    Channel,
    Compiled,
    ItemView,
    OutgoingMessage,
    Preview,
    RenderContext,
)
from growthcore.api.conditions import Condition, ConditionQuery, Members
from growthcore.api.context import Candidate, PluginContext, Suppress
from growthcore.api.errors import (
    ConfigError,
    GrowthCoreError,
    InvalidInput,
    NoHistory,
    PermanentError,
    RetryableError,
)
from growthcore.api.filters import (
    OPERATORS,
    ComparisonSchema,
    PropertyFilter,
    PropertyFilterSchema,
    describe_comparison,
    property_filters,
)
from growthcore.api.hookspecs import hookimpl
from growthcore.api.manifest import API_VERSION, Category, Manifest
from growthcore.api.ports import (
    AccountState,
    Carts,
    Catalog,
    Clock,
    Customers,
    HttpClient,
    HttpResponse,
    Log,
)
from growthcore.api.provider import Provider, ProviderContext, require
from growthcore.api.schema import (
    ConfigSchema,
    DurationField,
    EventName,
    ParamsSchema,
    Secret,
    TemplateField,
    WindowField,
    labelled,
)
from growthcore.api.templates import UNSUBSCRIBE_URL, MissingValue, Template, is_block, unclosed
from growthcore.api.text import Text
from growthcore.api.triggers import WANTED, Occasion, Trigger, TriggerPorts, Wanted
from growthcore.api.values import (
    AddressKind,
    Cart,
    CartLine,
    Customer,
    Event,
    EventItem,
    Finding,
    MessageClass,
    Outcome,
    Product,
    Receipt,
    Severity,
)
from growthcore.api.variables import Shop, Variable
from growthcore.api.windows import Bounds, Window

__all__ = [
    "API_VERSION",
    "OPERATORS",
    "UNSUBSCRIBE_URL",
    "WANTED",
    "AccountState",
    "AddressKind",
    "AdminPage",
    "Algorithm",
    "Arrays",
    "Bounds",
    "Candidate",
    "Capabilities",
    "Cart",
    "CartLine",
    "Carts",
    "Catalog",
    "Category",
    "Channel",
    "Clock",
    "ComparisonSchema",
    "Compiled",
    "Condition",
    "ConditionQuery",
    "ConfigError",
    "ConfigSchema",
    "Customer",
    "Customers",
    "DurationField",
    "Event",
    "EventItem",
    "EventName",
    "Finding",
    "GrowthCoreError",
    "History",
    "HttpClient",
    "HttpResponse",
    "InteractionChunk",
    "Interactions",
    "InvalidInput",
    "ItemView",
    "Key",
    "Log",
    "Manifest",
    "Members",
    "MessageClass",
    "MissingValue",
    "NoHistory",
    "Occasion",
    "Outcome",
    "OutgoingMessage",
    "ParamsSchema",
    "PermanentError",
    "PluginContext",
    "Preview",
    "Product",
    "PropertyFilter",
    "PropertyFilterSchema",
    "Provider",
    "ProviderContext",
    "Receipt",
    "RecommendRequest",
    "RenderContext",
    "RetryableError",
    "Scored",
    "Secret",
    "Severity",
    "Shop",
    "Suppress",
    "Template",
    "TemplateField",
    "Text",
    "Trigger",
    "TriggerPorts",
    "Variable",
    "Wanted",
    "Window",
    "WindowField",
    "describe_comparison",
    "hookimpl",
    "is_block",
    "labelled",
    "property_filters",
    "require",
    "unclosed",
]
