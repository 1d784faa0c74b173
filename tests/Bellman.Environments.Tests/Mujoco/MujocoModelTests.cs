using System.Reflection;
using System.Text.Json;

namespace Bellman.Environments.Tests;

/// <summary>Our models, compiled, against Gymnasium's, compiled: every size, option and array that the figures give, and the binding's offsets against the headers'.</summary>
public sealed class MujocoModelTests
{
    private static readonly HashSet<string> Bytes = ["body_simple", "body_sameframe", "jnt_limited", "geom_sameframe", "site_sameframe", "actuator_ctrllimited", "actuator_forcelimited", "actuator_actlimited"];

    private static readonly HashSet<string> Integers =
    [
        "body_parentid", "body_rootid", "body_weldid", "body_mocapid", "body_jntnum", "body_jntadr", "body_dofnum", "body_dofadr", "body_geomnum", "body_geomadr",
        "jnt_type", "jnt_qposadr", "jnt_dofadr", "jnt_bodyid", "dof_bodyid", "dof_jntid", "dof_parentid", "dof_Madr", "dof_simplenum",
        "geom_type", "geom_contype", "geom_conaffinity", "geom_condim", "geom_bodyid", "geom_dataid", "geom_priority", "site_type", "site_bodyid",
        "actuator_trntype", "actuator_dyntype", "actuator_gaintype", "actuator_biastype", "actuator_trnid", "numeric_adr", "numeric_size",
    ];

    public static TheoryData<string> Models => ["hopper", "walker2d", "walker2d_v5", "half_cheetah", "ant", "swimmer", "reacher", "inverted_pendulum", "inverted_double_pendulum"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Models_CompileToGymnasiumsFigures(string name)
    {
        MujocoReference.SkipWithoutLibrary();
        var (abi, figures) = (MujocoReference.Json("abi_2.2.2.json"), MujocoReference.Json($"figures_{name}.json"));
        var offsets = abi.GetProperty("mjModel");
        using var model = MujocoModels.Load(name);
        var differences = new List<string>();

        foreach (var size in figures.GetProperty("sizes").EnumerateObject())
        {
            Compare(size.Name, [size.Value.GetDouble()], [model.Value<int>(offsets.GetProperty(size.Name).GetInt32())]);
        }

        foreach (var option in figures.GetProperty("option").EnumerateObject())
        {
            var offset = offsets.GetProperty("opt").GetInt32() + abi.GetProperty("mjOption").GetProperty(option.Name).GetInt32();
            double[] expected = option.Value.ValueKind == JsonValueKind.Array ? MujocoReference.Doubles(option.Value) : [option.Value.GetDouble()];
            var integer = option.Name is "integrator" or "collision" or "cone" or "jacobian" or "solver" or "iterations" or "noslip_iterations" or "mpr_iterations" or "disableflags" or "enableflags";
            Compare(option.Name, expected, [.. expected.Select((_, i) => integer ? model.Value<int>(offset) : model.Value<double>(offset + (sizeof(double) * i)))]);
        }

        // mjStatistic begins with these two.
        var statistic = offsets.GetProperty("stat").GetInt32();
        Compare("meaninertia", [figures.GetProperty("stat").GetProperty("meaninertia").GetDouble()], [model.Value<double>(statistic)]);
        Compare("meanmass", [figures.GetProperty("stat").GetProperty("meanmass").GetDouble()], [model.Value<double>(statistic + sizeof(double))]);

        foreach (var array in figures.GetProperty("arrays").EnumerateObject())
        {
            var expected = MujocoReference.Doubles(array.Value);
            var offset = offsets.GetProperty(array.Name).GetInt32();
            Compare(array.Name, expected,
                Bytes.Contains(array.Name) ? [.. model.Array<byte>(offset, expected.Length).ToArray().Select(x => (double)x)]
                : Integers.Contains(array.Name) ? [.. model.Array<int>(offset, expected.Length).ToArray().Select(x => (double)x)]
                : model.Array<double>(offset, expected.Length).ToArray());
        }

        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));

        void Compare(string field, double[] expected, double[] actual)
        {
            if (!expected.SequenceEqual(actual))
            {
                differences.Add($"{field}: expected [{string.Join(", ", expected)}], got [{string.Join(", ", actual)}]");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Bodies_BearGymnasiumsNames(string name)
    {
        MujocoReference.SkipWithoutLibrary();
        using var model = MujocoModels.Load(name);
        var names = MujocoReference.Json($"figures_{name}.json").GetProperty("body_names").EnumerateArray().Select(body => body.GetString()!).ToArray();
        Assert.Equal(names.Length, model.BodyCount);
        foreach (var (body, index) in names.Select((body, index) => (body, index)).Where(pair => pair.body.Length > 0))
        {
            Assert.Equal(index, model.FindBody(body));
        }

        Assert.Throws<ArgumentException>(() => model.FindBody("tail"));
    }

    [Fact]
    public void Offsets_AreThoseOfTheHeaders()
    {
        var abi = MujocoReference.Json("abi_2.2.2.json");
        Assert.Equal(MujocoLayout.Version, abi.GetProperty("mj_version").GetInt32());
        (string Struct, Type Offsets, string Names)[] structs =
        [
            ("mjModel", typeof(MujocoLayout.Model), "PositionCount nq,VelocityCount nv,ControlCount nu,ActivationCount na,BodyCount nbody,GeomCount ngeom,SiteCount nsite,NamesLength nnames,Option opt," +
                "InitialPositions qpos0,BodyMass body_mass,BodyInertia body_inertia,DofDamping dof_damping,GeomType geom_type,GeomSize geom_size,GeomFriction geom_friction,GeomColor geom_rgba," +
                "ControlRange actuator_ctrlrange,ActuatorGear actuator_gear,BodyNameStarts name_bodyadr,Names names"),
            ("mjOption", typeof(MujocoLayout.Option), "TimeStep timestep,Gravity gravity"),
            ("mjData", typeof(MujocoLayout.Data), "Warnings warning,Time time,Positions qpos,Velocities qvel,Activations act,WarmStart qacc_warmstart,Controls ctrl,BodyPositions xpos," +
                "GeomPositions geom_xpos,GeomRotations geom_xmat,SitePositions site_xpos,ConstraintForces qfrc_constraint,ContactForces cfrc_ext"),
        ];
        foreach (var (name, offsets, names) in structs)
        {
            var fields = names.Split(',').Select(pair => pair.Split(' ')).ToDictionary(pair => pair[0], pair => pair[1]);
            foreach (var field in offsets.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                Assert.Equal(abi.GetProperty(name).GetProperty(fields[field.Name]).GetInt32(), (int)field.GetRawConstantValue()!);
            }
        }
    }
}
