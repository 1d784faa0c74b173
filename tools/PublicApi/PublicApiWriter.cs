using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Bellman.Tools;

/// <summary>Lists what an assembly offers to others, one member a line, sorted, so that a change is seen for what it is. Lines stand alone: two people's changes merge by keeping both.</summary>
internal static class PublicApiWriter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(string)] = "string",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
        [typeof(ushort)] = "ushort",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    /// <summary>The libraries whose surface is held.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        typeof(Numerics.Tensor).Assembly,
        typeof(Policy).Assembly,
        typeof(Environments.BellmanEnvironments).Assembly,
        typeof(Testing.EnvironmentAssert).Assembly,
    ];

    /// <summary>The listing of one assembly.</summary>
    public static string Write(Assembly assembly)
    {
        var lines = assembly.GetExportedTypes().SelectMany(type => Members(type).Prepend(Describe(type))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return string.Join('\n', lines) + "\n";
    }

    private static string Describe(Type type)
    {
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsValueType ? (type.IsByRefLike ? "ref struct" : "struct")
            : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        var bases = type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(parent => parent.IsPublic || parent.IsNestedPublic).Select(Name).Order(StringComparer.Ordinal).ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate))
        {
            bases.Insert(0, Name(parent));
        }

        var invoke = kind == "delegate" ? $" {Signature(type.GetMethod("Invoke")!)}" : "";
        return $"{Full(type)} [{kind}]{invoke}{(bases.Count > 0 && !type.IsEnum ? " : " : "")}{(type.IsEnum ? "" : string.Join(", ", bases))}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        if (type.IsEnum)
        {
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                yield return $"{Full(type)}.{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            }

            yield break;
        }

        foreach (var member in type.GetMembers(Declared).Where(member => member is not Type))
        {
            var text = member switch
            {
                ConstructorInfo constructor when Visible(constructor) && !constructor.IsStatic => $".ctor{Parameters(constructor)}",
                MethodInfo method when Visible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !Overrides(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute))
                    => $".{method.Name}{Arguments(method)}{Signature(method)}{Modifiers(method)}",
                PropertyInfo property when property.GetAccessors(nonPublic: true).Any(Visible) && !property.Name.Contains('<') && property.Name != "EqualityContract" => Property(property),
                FieldInfo field when (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName
                    => $".{field.Name} : {Name(field.FieldType, Nullability.Create(field))}{(field.IsLiteral ? $" = const {Constant(field.GetRawConstantValue())}" : field.IsStatic ? " static readonly" : field.IsInitOnly ? " readonly" : "")}",
                EventInfo raised when Visible(raised.AddMethod!) => $".{raised.Name} : event {Name(raised.EventHandlerType!, Nullability.Create(raised))}",
                _ => null,
            };
            if (text is not null)
            {
                yield return Full(type) + text;
            }
        }
    }

    private static string Property(PropertyInfo property)
    {
        var index = property.GetIndexParameters();
        var accessors = property.GetAccessors(nonPublic: true).Where(Visible).Select(accessor =>
            (accessor.IsFamily || accessor.IsFamilyOrAssembly ? "protected " : "")
            + (accessor == property.GetMethod ? "get" : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init" : "set"));
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $".{property.Name}{(index.Length > 0 ? $"[{string.Join(", ", index.Select(Parameter))}]" : "")} : {required}{Name(property.PropertyType, Nullability.Create(property))} {{ {string.Join("; ", accessors)} }}{Modifiers(property.GetAccessors(nonPublic: true)[0])}";
    }

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // What every type has from object tells nothing.
    private static bool Overrides(MethodInfo method) => method.GetBaseDefinition().DeclaringType == typeof(object) || method.Name == "PrintMembers";

    private static string Modifiers(MethodInfo method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? " protected" : "") + (method.IsStatic ? " static" : method.DeclaringType!.IsInterface ? "" : method.IsAbstract ? " abstract"
            : method.GetBaseDefinition() != method ? " override" : method is { IsVirtual: true, IsFinal: false } ? " virtual" : "");

    private static string Arguments(MethodInfo method) => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Signature(MethodInfo method) => $"{Parameters(method)} : {Name(method.ReturnType, Nullability.Create(method.ReturnParameter))}";

    private static string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Parameter))})";

    private static string Parameter(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        var prefix = type.IsByRef ? (parameter.IsOut ? "out " : parameter.IsIn ? "in " : "ref ")
            : parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params " : "";
        return $"{prefix}{Name(type, Nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Constant(parameter.DefaultValue)}" : "")}";
    }

    private static string Constant(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Full(Type type) => type.DeclaringType is { } outer ? $"{Full(outer)}.{Plain(type)}" : $"{type.Namespace}.{Plain(type)}";

    private static string Plain(Type type)
    {
        var name = type.Name.Split('`')[0];
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).Select(argument => argument.Name).ToList();
        return own.Count > 0 ? $"{name}<{string.Join(", ", own)}>" : name;
    }

    private static string Name(Type type) => Name(type, null);

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability?.ElementType ?? nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        var mark = !type.IsValueType && !type.IsPointer && (nullability?.ReadState == NullabilityState.Nullable || (nullability?.ReadState == NullabilityState.Unknown && nullability.WriteState == NullabilityState.Nullable)) ? "?" : "";
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }

        if (type.IsPointer)
        {
            return $"{Name(type.GetElementType()!)}*";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (!type.IsGenericType)
        {
            return type.Name + mark;
        }

        var arguments = type.GetGenericArguments();
        var states = nullability?.GenericTypeArguments;
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", arguments.Select((argument, i) => Name(argument, states is not null && i < states.Length ? states[i] : null)))}>{mark}";
    }
}
