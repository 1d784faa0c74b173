using System.Runtime.InteropServices;
using System.Text;

namespace Bellman.Environments;

/// <summary>MuJoCo's functions, found in the library by name.</summary>
internal sealed unsafe class MujocoFunctions
{
    private readonly nint library;
    private readonly MujocoGuard guard;
    private readonly void* loadXml, defaultFiles, addFile, deleteFiles, deleteModel, makeData, deleteData, resetData, step, forward, kinematics, afterConstraints, setConstants;

    public MujocoFunctions(nint library)
    {
        this.library = library;
        guard = new MujocoGuard(library);
        loadXml = Find("mj_loadXML");
        defaultFiles = Find("mj_defaultVFS");
        addFile = Find("mj_makeEmptyFileVFS");
        deleteFiles = Find("mj_deleteVFS");
        deleteModel = Find("mj_deleteModel");
        makeData = Find("mj_makeData");
        deleteData = Find("mj_deleteData");
        resetData = Find("mj_resetData");
        step = Find("mj_step");
        forward = Find("mj_forward");
        kinematics = Find("mj_kinematics");
        afterConstraints = Find("mj_rnePostConstraint");
        setConstants = Find("mj_setConst");
    }

    /// <summary>What the library's <c>mj_version</c> answers.</summary>
    public static int VersionOf(nint function) => ((delegate* unmanaged<int>)function)();

    /// <summary>A model from XML in memory.</summary>
    /// <exception cref="MujocoException">MuJoCo does not take it; the message says why and where.</exception>
    public nint LoadXml(byte[] xml)
    {
        var files = (byte*)NativeMemory.Alloc(MujocoLayout.Files.Size);
        try
        {
            guard.Call(defaultFiles, (nint)files);
            fixed (byte* name = "model.xml"u8)
            {
                if (guard.Call(addFile, (nint)files, (nint)name, xml.Length) != 0)
                {
                    throw new MujocoException("MuJoCo cannot take a file of this name into memory.");
                }

                xml.CopyTo(new Span<byte>(*(void**)(files + MujocoLayout.Files.Contents), xml.Length));
                return Load(name, files);
            }
        }
        finally
        {
            guard.Call(deleteFiles, (nint)files);
            NativeMemory.Free(files);
        }
    }

    /// <summary>A model from a file, beside which the files that it names lie.</summary>
    /// <exception cref="MujocoException">MuJoCo does not take it; the message says why and where.</exception>
    public nint LoadFile(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            return Load(name, null);
        }
    }

    public void DeleteModel(nint model) => guard.Call(deleteModel, model);

    public nint MakeData(nint model) => guard.Call(makeData, model);

    public void DeleteData(nint data) => guard.Call(deleteData, data);

    public void ResetData(nint model, nint data) => guard.Call(resetData, model, data);

    public void Step(nint model, nint data) => guard.Call(step, model, data);

    public void Forward(nint model, nint data) => guard.Call(forward, model, data);

    public void Kinematics(nint model, nint data) => guard.Call(kinematics, model, data);

    public void AfterConstraints(nint model, nint data) => guard.Call(afterConstraints, model, data);

    public void SetConstants(nint model, nint data) => guard.Call(setConstants, model, data);

    private nint Load(byte* name, byte* files)
    {
        const int length = 1000;
        var error = stackalloc byte[length];
        error[0] = 0;
        var model = guard.Call(loadXml, (nint)name, (nint)files, (nint)error, length);
        return model != 0 ? model : throw new MujocoException($"MuJoCo does not take the model: {string.Join(' ', Marshal.PtrToStringUTF8((nint)error)!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
    }

    private void* Find(string name) => (void*)NativeLibrary.GetExport(library, name);
}
